"""Which commands there are: name, where its code stands, its purpose in one line (the first of its docstring)."""

from __future__ import annotations

from skillcli.cli.lazy import Branch, Leaf

COMMANDS: dict[str, Leaf | Branch] = {
    "init": Leaf("init", "init", "建立工作区：设置、台账，目录、比对名单、台账、花名册四个文件夹和空白模板。"),
    "template": Leaf("template", "template", "生成空白工作簿：有下拉列表、填写说明、示例，号码栏已设为文本。"),
    "validate": Leaf("validate", "validate", "审核花名册：指出问题，测算补贴，不入账。"),
    "mapping": Leaf(
        "mapping", "mapping", "表头对照：对不认识的表头，按名称和内容找出最接近的栏目，给出可以登记的写法。"
    ),
    "pack": Leaf("pack", "pack", "把本单位的政策、口径、目录写成一个政策包，发给培训机构自查用。"),
    "receipt": Leaf(
        "receipt", "receipt", "核对收据：花名册是不是机构自查时的那一份，行数、金额、政策、口径和目录有没有变。"
    ),
    "pay": Leaf("pay", "pay", "每月拨付：审核花名册，对照台账查重，入账成一个批次，写出拨付表。"),
    "grants": Leaf(
        "grants", "grants", "单位的项目补助（实训基地、技能大师工作室等）：审核、对照台账、入账成一个批次，写出拨付表。"
    ),
    "returns": Leaf("payment", "returns", "登记银行回盘：哪些已到账，哪些退票；退票的写成补发名单。"),
    "repay": Leaf("payment", "repay", "补发退票：把一个批次里退票的补贴另成一个批次，重新付款。"),
    "reverse": Leaf(
        "reversal",
        "reverse",
        "追回已经拨付的补贴：一条，或一个班级、一家机构的全部。一条只能追回一次，必须写明理由和文号。",
    ),
    "advance": Leaf("advance", "advance", "先行拨付：按计划人数、标准和比例，先付给承担培训的单位一部分补贴。"),
    "settle": Leaf("advance", "settle", "结算先行拨付：这个班的补贴已经抵扣了多少，多出的记为应退回。"),
    "tie-out": Leaf(
        "report", "tie_out", "对账：证明报告、台账、各批次的拨付表分文不差；有差别的，逐项指出在哪里、差多少。"
    ),
    "audit": Leaf("audit", "audit", "审计疑点：在整本台账里查找需要核实的情况，并抽出电话回访名单。"),
    "placement": Leaf(
        "placement",
        "placement",
        "就业跟踪：把跟踪名单对上台账里的培训，算就业率和增收率；推荐就业填“是”的，审核就业服务补助。",
    ),
    "explain": Leaf(
        "explain", "explain", "说明一个人、一张证书或一行的来龙去脉：每次培训、每个决定、条款、金额怎样算出。"
    ),
    "rule": Leaf("rule", "rule", "说明一条规则：查什么，依据哪一条，现在的数字是多少，怎么处理。"),
    "batch": Branch(
        "批次：列出、查看、公示、批准、报送、支付、办结、作废、比对。\n\n例：\n  skillcli batch list",
        {
            "list": Leaf("batch", "list_batches", "列出台账里的批次：月份、状态、条数、金额。"),
            "show": Leaf("batch", "show", "显示一个批次：条数和金额、每一步是谁在什么时候办的、工作簿在哪里。"),
            "publish": Leaf("batch", "publish", "写出公示名单，并记下这个批次开始公示。"),
            "approve": Leaf("life", "approve", "批准一个批次。公示期满、领导审批后运行；批准后不能再作废。"),
            "send": Leaf("life", "send", "记下一个批准了的批次已经报送财政或银行付款。"),
            "paid": Leaf(
                "life",
                "paid",
                "记下一个批次的款项全部已经支付。有退票的先用 skillcli returns 登记，再运行本命令记其余的。",
            ),
            "close": Leaf(
                "life", "close", "办结一个已经支付的批次。还有退票没有补发的也可以办结，以后不能再登记支付结果。"
            ),
            "void": Leaf("batch", "void", "作废一个还没有批准的批次：它占用的名额和金额放回，记录仍留在台账里。"),
            "diff": Leaf(
                "diff", "diff", "比对重新报送的花名册：比原批次（或原花名册）新增、减少、变更了哪些行，影响多少钱。"
            ),
        },
    ),
    "debt": Branch(
        "应退款：列出，登记退回。\n\n例：\n  skillcli debt list",
        {
            "list": Leaf(
                "reversal",
                "list_debts",
                "列出应退款（追回、先行拨付应退）和还没有结算的先行拨付。加 --write 写出追回台账。",
            ),
            "repaid": Leaf("reversal", "repaid", "登记收款方退回的款项。不能多于尚欠的金额，可以分几次。"),
        },
    ),
    "report": Branch(
        "报告：季度、年度、任意期间。\n\n例：\n  skillcli report quarterly 2020Q1",
        {
            "quarterly": Leaf("report", "quarterly", "季度报告：只凭台账统计，写成 输出/报告/ 里的一个工作簿。"),
            "annual": Leaf("report", "annual", "年度报告：内容同季度报告，另有绩效自评表。"),
            "period": Leaf("report", "any_period", "任意一段日期的报告，首尾两天都包括在内。"),
            "merge": Leaf("merge", "merge", "合并几个单位的“上报表”：逐格相加，并证明合计等于各份之和。"),
        },
    ),
    "policy": Branch(
        "政策：列出、显示、检查。\n\n例：\n  skillcli policy show taiyuan-2019",
        {
            "list": Leaf("policy", "list_policies", "列出程序自带的政策。"),
            "show": Leaf(
                "policy",
                "show",
                "显示一个政策：补贴谁、补多少、条款、限制、目标、口径。在工作区里运行时带上单位的认定。",
            ),
            "check": Leaf("policy", "check", "检查一个政策文件：键、用词、条款、日期、引用，指出全部问题。"),
        },
    ),
    "catalog": Branch(
        "目录：导入收费标准、急需紧缺、机构等，写出公布稿。\n\n例：\n  skillcli catalog import 目录/目录.xlsx",
        {
            "import": Leaf(
                "catalog",
                "import_file",
                "导入目录：培训项目及收费标准、急需紧缺、机构。每次导入都是一个新版本，旧的留底。",
            ),
            "publish": Leaf(
                "catalog", "publish", "公布目录：写出目录公布稿，没有失效的都列出，与上一版不同的标出新增、调整、取消。"
            ),
        },
    ),
    "register": Branch(
        "登记：开班、任务、资金、检查、异议、公开等。\n\n例：\n  skillcli register import 台账/开班登记.xlsx",
        {
            "import": Leaf(
                "register",
                "import_file",
                "导入登记：开班登记、任务分解、资金台账、检查登记、异议登记、公开登记、五免一助、职工教育经费。",
            ),
            "list": Leaf("register", "list_registers", "列出各种登记现有多少条、导入过几次、最近一次是哪天。"),
        },
    ),
    "ruling": Branch(
        "口径：列出，导入单位的认定。\n\n例：\n  skillcli ruling list",
        {
            "list": Leaf("ruling", "list_readings", "列出一个政策的全部口径：问题、条款、默认、认定和状态。"),
            "import": Leaf(
                "ruling", "import_file", "导入口径：单位对政策没写明的问题所作的认定，连同认定人、文号、日期记入台账。"
            ),
        },
    ),
    "reference": Branch(
        "比对名单：导入。\n\n例：\n  skillcli reference import 比对名单/死亡.xlsx",
        {
            "import": Leaf(
                "decisions",
                "import_lists",
                "导入比对名单（死亡、在校、养老待遇、财政供养、服刑等），以后每次审核都比对。",
            ),
        },
    ),
    "answer": Branch(
        "核实结果：导入。\n\n例：\n  skillcli answer import 核实结果.xlsx",
        {
            "import": Leaf(
                "decisions",
                "import_answers",
                "导入核实结果：待核实的行缺的账号、用人单位、参保、释放日期等，连同证明材料和核实人记入台账。",
            ),
        },
    ),
    "override": Branch(
        "特殊审批：导入。\n\n例：\n  skillcli override import 特殊审批.xlsx",
        {
            "import": Leaf(
                "decisions", "import_overrides", "导入特殊审批：哪一行、理由、文号、审批人、有效期至，记入台账。"
            ),
        },
    ),
    "ledger": Branch(
        "台账：核对、备份、恢复、导入以往台账、导出审计资料。\n\n例：\n  skillcli ledger verify",
        {
            "verify": Leaf("ledger", "verify", "核对台账：重算每一笔的链和合计，找出任何被改动、增加或删去的行。"),
            "backup": Leaf("ledger", "backup", "备份台账：随时可以运行，有人正在入账也不影响。"),
            "restore": Leaf(
                "ledger", "restore", "恢复台账：先核对备份的链，再换回备份，现在的台账另存为 备份/恢复前-时间。"
            ),
            "import-history": Leaf(
                "past",
                "import_history",
                "导入以往年度的拨付台账：每一行是一笔已经拨付的补贴，以后报来的花名册都与它查重。",
            ),
            "export": Leaf(
                "extract",
                "export",
                "导出审计资料：整本台账的培训、补贴明细、问题、批次、支付、追回、口径、导入的表、流水，",
            ),
        },
    ),
}
