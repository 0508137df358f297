"""Every input workbook: its sheets and columns (the product's only list of them)."""

from __future__ import annotations

from skillcli.schema.column import Column, Kind, Table

ROSTER = Table(
    "roster",
    "花名册",
    (
        Column("name", "姓名", Kind.TEXT, True, ("劳动力姓名", "学员姓名", "参训人员姓名", "人员姓名", "学员名字")),
        Column(
            "id_number",
            "身份证号",
            Kind.ID,
            True,
            (
                "身份证号码",
                "身份证",
                "18位身份证号",
                "18位身份证号码",
                "劳动力身份证号码",
                "证件号码",
                "证件号",
                "社会保障号",
                "社会保障号码",
                "社保卡/身份证号",
                "公民身份号码",
                "公民身份证号",
                "公民身份证号码",
                "居民身份证号",
                "居民身份证号码",
                "身份证件号码",
            ),
            note="18 位，先把单元格设为“文本”再录入，不要用科学记数。",
        ),
        Column("sex", "性别", Kind.WORD, words="sex"),
        Column("phone", "联系电话", Kind.PHONE, aliases=("手机号码", "手机号", "电话", "联系方式", "手机", "电话号码")),
        Column(
            "categories",
            "人员类别",
            Kind.WORDS,
            True,
            ("人员类型", "考生来源", "特殊人群标识", "人员身份", "学员类别", "享受补贴人员类别"),
            "category",
            "可填多个，用“、”分开，例如：两后生、农村转移就业劳动者。",
        ),
        Column("household", "户口性质", Kind.WORD, aliases=("户籍性质", "户口类别", "户籍类别"), words="household"),
        Column(
            "town",
            "乡镇",
            Kind.TEXT,
            aliases=("街道", "县区", "县(市、区)", "镇", "乡镇(街道)", "所属乡镇", "所在乡镇", "所在区"),
        ),
        Column(
            "pension",
            "领取养老金",
            Kind.YES_NO,
            aliases=("是否领取养老金", "享受养老待遇", "是否享受养老待遇"),
            words="yes_no",
        ),
        Column(
            "employment_card", "就业创业证号", Kind.TEXT, aliases=("就业创业证", "就业创业证编号", "就业失业登记证号")
        ),
        Column(
            "institution",
            "培训机构",
            Kind.TEXT,
            True,
            (
                "培训机构名称",
                "培训单位名称",
                "培训单位",
                "学校名称",
                "承训机构",
                "承训机构名称",
                "培训学校",
                "单位名称",
            ),
        ),
        Column(
            "class_no",
            "班级编号",
            Kind.TEXT,
            aliases=("备案号", "班期备案号", "班期名称", "开班备案号", "培训班级编号", "班级名称", "班号"),
        ),
        Column("training_kind", "培训类型", Kind.WORD, True, ("培训类别", "培训种类", "培训项目类型"), "training_kind"),
        Column(
            "occupation",
            "职业（工种）",
            Kind.TEXT,
            True,
            (
                "培训工种",
                "培训工种名称",
                "工种",
                "职业名称",
                "职业(工种)名称",
                "原职业(工种)",
                "证书工种名称",
                "培训专业",
                "培训项目",
                "职业工种",
                "鉴定工种",
                "申报职业",
                "职业",
                "工种名称",
                "培训职业(工种)",
                "培训职业",
            ),
        ),
        Column(
            "level",
            "技能等级",
            Kind.WORD,
            aliases=(
                "培训等级",
                "工种等级",
                "证书等级",
                "职业(工种)等级",
                "资格等级",
                "鉴定职业(工种)等级",
                "级别",
                "等级",
                "职业技能等级",
            ),
            words="level",
        ),
        Column(
            "start",
            "开班日期",
            Kind.DATE,
            True,
            (
                "开班时间",
                "培训起始日期",
                "培训开始日期",
                "开始日期",
                "培训开始时间",
                "起始日期",
                "开课日期",
                "培训起始时间",
            ),
        ),
        Column(
            "end",
            "结课日期",
            Kind.DATE,
            True,
            (
                "结课时间",
                "培训终止日期",
                "培训结束日期",
                "结束日期",
                "培训结束时间",
                "终止日期",
                "结业日期",
                "培训终止时间",
            ),
        ),
        Column("hours", "课时", Kind.WHOLE, aliases=("培训课时", "总课时", "学时", "总学时", "培训学时")),
        Column("days", "培训天数", Kind.WHOLE, aliases=("实际培训天数", "天数", "培训日数")),
        Column("attendance", "出勤率", Kind.PERCENT, aliases=("到课率", "考勤率")),
        Column(
            "result",
            "考核结果",
            Kind.WORD,
            True,
            ("评定结果", "评定成绩", "考试结果", "考核成绩", "是否合格", "鉴定结果"),
            "result",
        ),
        Column(
            "certificate_kind",
            "证书类型",
            Kind.WORD,
            True,
            ("证书类别", "证书种类", "取证类型", "证书名称"),
            "certificate_kind",
        ),
        Column(
            "certificate_no",
            "证书编号",
            Kind.CERTIFICATE,
            True,
            ("证书号", "结业证书编号", "原证书号", "证书号码", "职业资格证书编号", "合格证编号"),
            note="先把单元格设为“文本”再录入，22 位证书编号按数字录入会丢位。",
        ),
        Column(
            "issued_on",
            "发证日期",
            Kind.DATE,
            True,
            ("证书获取时间", "核发日期", "取证时间", "取证日期", "发证时间", "证书获取日期"),
        ),
        Column(
            "employer",
            "用人单位",
            Kind.TEXT,
            aliases=("企业名称", "工作单位", "用工单位", "所在企业", "用人单位名称", "吸纳主体"),
        ),
        Column("employer_uscc", "统一社会信用代码", Kind.USCC, aliases=("统一信用代码", "社会信用代码", "信用代码")),
        Column(
            "employer_insured",
            "单位参保",
            Kind.YES_NO,
            aliases=("是否参保", "企业参保", "单位是否参保", "参保状态"),
            words="yes_no",
        ),
        Column(
            "ojt_months",
            "以工代训月数",
            Kind.WHOLE,
            aliases=("代训月数", "以工代训时间(月)"),
            note="不填则按开班至结课的整月数计算。",
        ),
        Column("fee", "培训费", Kind.MONEY, aliases=("培训费用", "学费", "收费金额", "缴费金额", "培训费金额")),
        Column("payer", "缴费方式", Kind.WORD, aliases=("付费方式", "缴费主体"), words="payer"),
        Column("bank", "开户银行", Kind.TEXT, aliases=("开户行", "银行名称", "开户行名称", "基本账户开户银行")),
        Column(
            "account",
            "银行账号",
            Kind.ACCOUNT,
            aliases=("银行卡号", "账号", "基本账户银行账号", "社保卡号", "卡号", "银行账户", "收款账号", "银行帐号"),
            note="先把单元格设为“文本”再录入。",
        ),
        Column("placed", "推荐就业", Kind.YES_NO, aliases=("是否推荐就业", "机构推荐就业"), words="yes_no"),
        Column("employed_on", "就业日期", Kind.DATE, aliases=("就业时间", "培训后就业年月", "实现就业日期")),
        Column("employed_region", "就业地", Kind.REGION, aliases=("就业地点", "就业地区", "就业所在地")),
        Column("employed_at", "就业单位", Kind.TEXT, aliases=("就业单位名称", "就业企业")),
        Column("release_on", "刑满释放日期", Kind.DATE, aliases=("释放日期", "预计释放日期")),
        Column("issuer", "发证机构", Kind.TEXT, aliases=("发证单位", "颁证单位", "评价机构")),
        Column("department", "主管部门", Kind.TEXT, aliases=("行业主管部门", "牵头部门")),
        Column("programme", "专项行动", Kind.TEXT, aliases=("专项计划", "专项培训行动")),
        Column("domicile", "户籍地", Kind.REGION, aliases=("户口所在地", "户籍所在地", "户籍地址", "户籍区划")),
        Column("remark", "备注", Kind.TEXT),
    ),
)

_DOCUMENT = Column("document", "文号", Kind.TEXT)
_FROM = Column("valid_from", "生效日期", Kind.DATE, note="空白表示不限。")
_TO = Column("valid_to", "失效日期", Kind.DATE, note="空白表示不限。")
_OCCUPATION = Column("occupation", "职业（工种）", Kind.TEXT, True, ("职业(工种)名称", "工种", "培训项目", "职业"))
_LEVEL = Column(
    "level", "技能等级", Kind.WORD, aliases=("等级", "培训等级"), words="level", note="空白表示适用各等级。"
)

CATALOGUE_ITEMS = Table(
    "catalog",
    "培训项目",
    (
        _OCCUPATION,
        _LEVEL,
        Column("price_fen", "收费标准", Kind.MONEY, True, ("补贴标准", "培训费标准", "标准")),
        Column("minimum_hours", "最低课时", Kind.WHOLE, aliases=("课时", "最低学时")),
        _DOCUMENT,
        _FROM,
        _TO,
    ),
)
CATALOGUE_SHORTAGE = Table("catalog", "急需紧缺", (_OCCUPATION, _LEVEL, _DOCUMENT, _FROM, _TO))
CATALOGUE_BODIES = Table(
    "catalog",
    "机构",
    (
        Column("institution", "机构名称", Kind.TEXT, True, ("培训机构", "单位名称", "名称")),
        Column("uscc", "统一社会信用代码", Kind.USCC, aliases=("统一信用代码", "信用代码")),
        Column("body_kind", "机构类别", Kind.TEXT, True, ("类别",), note="培训机构、评价机构或用人单位。"),
        Column("admission", "准入方式", Kind.TEXT, note="审核备案、公开招标等。"),
        _DOCUMENT,
        Column("bank", "开户银行", Kind.TEXT, aliases=("开户行",)),
        Column("account", "银行账号", Kind.ACCOUNT, aliases=("账号", "银行账户")),
        _FROM,
        _TO,
    ),
)
_NAME = Column("name", "名称", Kind.TEXT, True)
CATALOGUE_ISSUERS = Table("catalog", "评价机构", (_NAME, _DOCUMENT, _FROM, _TO))
CATALOGUE_ABILITIES = Table("catalog", "专项能力考核", (_NAME, _DOCUMENT, _FROM, _TO))
CATALOGUE_LEVELS = Table("catalog", "技能等级", (_NAME, _LEVEL, _DOCUMENT, _FROM, _TO))
CATALOGUE_QUALIFICATIONS = Table("catalog", "职业资格", (_NAME, _LEVEL, _DOCUMENT, _FROM, _TO))
CATALOGUE = (
    CATALOGUE_ITEMS,
    CATALOGUE_SHORTAGE,
    CATALOGUE_BODIES,
    CATALOGUE_ISSUERS,
    CATALOGUE_ABILITIES,
    CATALOGUE_LEVELS,
    CATALOGUE_QUALIFICATIONS,
)

RETURNS = Table(
    "returns",
    "银行回盘",
    (
        Column(
            "batch", "批次", Kind.TEXT, aliases=("批次号", "批次编号"), note="可以不填，填了就必须是登记的这个批次。"
        ),
        Column(
            "id_number",
            "身份证号",
            Kind.ID,
            aliases=("身份证号码", "证件号码", "身份证", "收款人证件号"),
            note="个人填身份证号。",
        ),
        Column(
            "payee",
            "收款方",
            Kind.TEXT,
            aliases=("收款单位", "收款人", "户名", "收款户名", "收款方名称", "姓名"),
            note="单位填全称。",
        ),
        Column("account", "银行账号", Kind.ACCOUNT, aliases=("账号", "收款账号", "银行卡号", "卡号", "银行账户")),
        Column("amount_fen", "金额", Kind.MONEY, True, ("发放金额", "交易金额", "金额(元)", "实发金额", "拨付金额")),
        Column("result", "结果", Kind.WORD, True, ("处理结果", "交易状态", "状态", "发放结果", "代发结果"), "transfer"),
        Column("reason", "失败原因", Kind.TEXT, aliases=("退票原因", "原因", "返回信息", "备注")),
        Column("day", "日期", Kind.DATE, aliases=("交易日期", "处理日期", "到账日期", "退票日期", "入账日期")),
    ),
)

READINGS = Table(
    "readings",
    "政策口径",
    (
        Column("policy", "政策", Kind.TEXT, True, note="政策编号，例如 taiyuan-2019。"),
        Column("key", "口径键", Kind.TEXT, True),
        Column("value", "口径", Kind.TEXT, True, note="是/否、金额（元）、数字，或口径说明里列出的词。"),
        Column("decided_by", "认定人", Kind.TEXT, True),
        Column("document", "文号", Kind.TEXT, True),
        Column("decided_on", "日期", Kind.DATE, True),
    ),
)

REFERENCE = Table(
    "reference",
    "名单",
    (
        Column(
            "list_name",
            "名单",
            Kind.TEXT,
            True,
            ("名单名称",),
            note="死亡、在校、养老待遇、财政供养、服刑、失业保险技能提升补贴、实名制，或本单位自定的名称。",
        ),
        Column("name", "姓名", Kind.TEXT),
        Column("id_number", "身份证号", Kind.ID, True, ("身份证号码", "公民身份号码", "证件号码")),
        Column("event_on", "事项日期", Kind.DATE),
        Column(
            "treatment", "处理", Kind.WORD, words="treatment", note="不予补贴、待核实或提示；空白按名单的默认处理。"
        ),
        Column("remark", "备注", Kind.TEXT),
    ),
)

OVERRIDES = Table(
    "overrides",
    "特殊审批",
    (
        Column("line_no", "批次行号", Kind.TEXT, True, note="例如 2020-03-1/000123。"),
        Column("reason", "理由", Kind.TEXT, True),
        Column("document", "文号", Kind.TEXT, True),
        Column("approved_by", "审批人", Kind.TEXT, True),
        Column("valid_to", "有效期至", Kind.DATE, True),
    ),
)

ANSWERS = Table(
    "answers",
    "核实结果",
    (
        Column("line_no", "批次行号", Kind.TEXT, True, note="例如 2020-03-1/000123。"),
        Column("field", "项目", Kind.TEXT, True, note="花名册的栏目名，例如：银行账号。"),
        Column("value", "内容", Kind.CERTIFICATE, True, note="先把单元格设为“文本”再录入。"),
        Column("proof", "证明材料", Kind.TEXT, True),
        Column("checked_by", "核实人", Kind.TEXT, True),
    ),
)
