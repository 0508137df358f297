"""The auditors' Parquet files in DuckDB: which records are one training, which lines count, who stands for whom.

Written from the pages on policy and product and the report's own sheet 说明; uses no code of the program.
"""

from __future__ import annotations

import tomllib
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from reports.recount import ELSEWHERE, INSIDE, OUTSIDE

NONE, GRANT, NO_FUND = "未填", "（项目补助）", "资金渠道待明确"
KEYS = {
    "classes": "class_no institution",
    "tasks": "year unit",
    "funds": "fund kind document day purpose",
    "inspections": "class_no institution day method",
    "objections": "number",
    "publications": "content day where",
    "exemptions": "year school",
    "staff-funds": "year employer",
}
"""Register → the columns that name an entry; a later row of the same name replaces it."""

_FILES = {
    "batch": '批次: 流水号 seq, 批次 batch_id, 种类 kind, 月份 AS month, 政策 policy, 培训数 trainings, 明细数 "lines", 拟补贴数 '
    "payable, 金额 amount_fen",
    "event": "批次状态: 流水号 seq, 批次 batch_id, 状态 status",
    "training": "培训: 流水号 seq, 批次 batch_id, 培训编号 tid, 人员编号 who, 同证编号 same_certificate, 同班编号 same_class, 人员类别 "
    "categories, 培训机构 institution, 班级编号 class_no, 培训类型 training_kind, 职业（工种） occupation, 技能等级 level, 开班日期 "
    'AS "start", 结课日期 AS "end", 考核结果 result, 证书类型 certificate_kind, 证书编号 certificate_no, 发证日期 issued_on, 用人单位 '
    "employer, 乡镇 town, 主管部门 department, 专项行动 programme, 就业日期 employed_on, 重复申报 loser",
    "line": "补贴明细: 流水号 seq, 批次 batch_id, 批次行号 line_no, 培训编号 tid, 补贴项目 line, 结论 verdict, 金额 amount_fen, 测算金额 "
    "proposed_fen, 标准 standard_fen, 收款方类型 payee_kind, 收款方 payee, 资金渠道 fund, 规则代码 codes",
    "finding": "问题: 培训编号 tid, 规则 code, 程度 severity, 补贴项目 line, 问题 message, 依据条款 clause",
    "payout": "支付结果: 批次 batch_id, 批次行号 line_no, 结果 result, 日期 AS day",
    "reversal": "追回: 流水号 seq, 批次行号 line_no, 应退款编号 receivable, 已付部分 settled_fen, 未付撤回部分 withdrawn_fen, 原因 "
    "reason, 文号 document",
    "receivable": "应退款: 编号 id, 种类 kind, 收款方 payee, 金额 amount_fen, 文号 document",
    "move": "应退款账户: 流水号 seq, 应退款编号 receivable, 种类 kind, 金额 amount_fen, 余额 left_fen",
    "advance": "先行拨付: 编号 id, 应退款编号 receivable, 政策 policy, 班级编号 class_no, 人数 heads, 日期 AS day",
    "settlement": "先行拨付结算: 先行拨付编号 advance, 多拨 excess_fen",
    "ruling": "政策口径: 流水号 seq, 政策 policy, 项目 AS key, 口径 AS value, 文号 document, 认定人 decided_by, 认定日期 decided_on",
    "import": "导入的表: 流水号 seq, 编号 id, 种类 kind, 工作表 sheet",
    "row": "导入的行: 导入编号 import_id, 序号 place, 内容 cells",
    "journal": "流水: 流水号 seq, 种类 kind, 时间 AS at, 经办 person, 事项 subject, 链值 head",
}
_PREPARE = """
CREATE TABLE moment AS SELECT seq, (strptime(substr("at", 1, 19), '%Y-%m-%dT%H:%M:%S') + INTERVAL 8 HOUR)::DATE AS day FROM journal;
CREATE TABLE known AS SELECT b.*, m.day AS booked_on, last_day(strptime(month || '-01', '%Y-%m-%d')::DATE) AS ends,
    (SELECT arg_max(status, e.rowid) FROM event e WHERE e.batch_id = b.batch_id) AS status
    FROM batch b JOIN moment m USING (seq) WHERE policy = '{city}';
CREATE TABLE standing AS SELECT * FROM known WHERE batch_id NOT IN (SELECT batch_id FROM event WHERE status = 'void');
CREATE TABLE rec AS SELECT t.* REPLACE (t."start"::DATE AS "start", t."end"::DATE AS "end", t.issued_on::DATE AS issued_on),
    b.ends, b.kind = 'grants' AS is_grant, b.kind = 'pending' AS is_pending, t.tid AS label,
    plain(coalesce(t.occupation, '')) AS job
    FROM training t JOIN standing b USING (batch_id);
CREATE TABLE keyed AS SELECT tid,
    CASE WHEN who IS NOT NULL AND certificate_kind IS NOT NULL AND certificate_no IS NOT NULL THEN concat_ws('|', who, certificate_kind,
        upper(plain(certificate_no)), CASE WHEN certificate_kind = '特种作业操作证' THEN regexp_replace(job, '[(（].*[)）]$', '') ELSE '' END) END AS certificate,
    CASE WHEN who IS NOT NULL THEN concat_ws('|', who,
        plain(coalesce(CASE WHEN training_kind = '以工代训' THEN employer ELSE institution END, '')),
        regexp_replace(job, '[(（].*[)）]$', ''), coalesce(level, ''), coalesce("start"::VARCHAR, ''), coalesce("end"::VARCHAR, '')) END AS class
    FROM rec;
"""
_JOIN = """
UPDATE rec SET label = least(rec.label, m.least) FROM (SELECT r.{key} AS key, min(label) AS least FROM rec r
    WHERE r.{key} IS NOT NULL GROUP BY 1) m WHERE rec.{key} = m.key;
"""
_COUNT = """
CREATE TABLE arrived AS SELECT line_no, max(day)::DATE AS day FROM payout p WHERE result = 'paid' AND NOT EXISTS
    (SELECT 1 FROM payout f WHERE f.line_no = p.line_no AND f.batch_id = p.batch_id AND f.result = 'failed') GROUP BY 1;
CREATE TABLE every AS SELECT l.*, r.label, r.loser, r.ends, r.is_grant,
    CASE WHEN l.verdict NOT IN ('拟补贴', '特殊审批') THEN l.verdict WHEN l.line_no IN (SELECT line_no FROM reversal) THEN '追回'
    ELSE '补贴' END AS outcome FROM line l JOIN rec r USING (tid);
CREATE TABLE whole AS SELECT label, max(tid) AS tid FROM rec WHERE NOT loser AND NOT is_pending GROUP BY 1;
CREATE TABLE newest AS SELECT label, line, max(tid) AS tid FROM every WHERE NOT loser GROUP BY 1, 2;
CREATE TABLE l0 AS SELECT e.*, e.outcome = '补贴' AND a.day IS NOT NULL AS paid,
    CASE WHEN e.amount_fen <> 0 THEN e.amount_fen ELSE coalesce(e.proposed_fen, 0) END AS stake,
    coalesce(nullif(e.fund, ''), '资金渠道待明确') AS channel
    FROM every e LEFT JOIN whole w USING (label) LEFT JOIN newest n ON n.label = e.label AND n.line = e.line
    LEFT JOIN arrived a ON a.line_no = e.line_no
    WHERE e.outcome IN ('补贴', '追回') OR contains(coalesce(e.codes, ''), 'D01')
       OR (e.tid >= coalesce(w.tid, -1) AND e.tid >= coalesce(n.tid, -1));
CREATE TABLE paying AS SELECT DISTINCT tid, label FROM l0 WHERE outcome = '补贴';
CREATE TABLE chosen AS SELECT label, arg_max(tid, [(tid IN (SELECT tid FROM paying))::INT, (NOT loser)::INT, seq, tid]) AS tid
    FROM rec GROUP BY 1;
CREATE TABLE named AS SELECT r.*, coalesce(r.issued_on, r."end", r.ends)::DATE AS onday,
    CASE WHEN is_grant THEN NULL ELSE coalesce(r.who, -r.label) END AS person,
    r.result IS NOT DISTINCT FROM '合格' AS passed,
    r.result IS NOT DISTINCT FROM '合格' AND r.issued_on IS NOT NULL AS certified,
    r.label IN (SELECT label FROM paying) AS subsidised, r.training_kind IS NOT DISTINCT FROM '以工代训' AS ojt,
    r.training_kind IS DISTINCT FROM '以工代训' AND r.label IN
        (SELECT label FROM l0 WHERE outcome = '补贴' AND line IN ({grouped})) AS target,
    CASE WHEN is_grant THEN '（项目补助）' WHEN town IS NULL THEN '未填' ELSE (SELECT place FROM places WHERE places.town = r.town) END
        AS place,
    coalesce(nullif(plain(coalesce(r.institution, '')), ''), nullif(plain(coalesce(r.employer, '')), ''), '未填') AS body,
    {labels}
    FROM rec r JOIN chosen USING (label, tid);
CREATE VIEW p AS SELECT * FROM named WHERE NOT is_grant;
CREATE TABLE l AS SELECT l0.*, n.person, n.place, n.body, n.onday, {names} FROM l0 JOIN named n USING (label);
CREATE TABLE implied AS SELECT unnest({implied}, recursive := true);
"""
_LABELS = ("department", "training_kind", "level", "certificate_kind", "programme", "categories")


def plain(text: str) -> str:
    """As names and numbers are compared: NFKC, without blanks and zero-width characters."""
    return "".join(
        c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and c not in "\u200b\u200c\u200d\ufeff"
    )


class Exported:
    """The exported ledger of one city, counted. ``policy``: its policy file, from the export too."""

    def __init__(self, folder: Path, city: str) -> None:
        self.city, self.folder = city, folder
        self.db = duckdb.connect(config={"threads": 1})
        self.db.create_function("plain", plain, ["VARCHAR"], "VARCHAR")
        for name, text in _FILES.items():
            title, _, columns = text.partition(": ")
            own = ", ".join(_renamed(each.strip()) for each in columns.split(", "))
            self.db.execute(f"""CREATE TABLE "{name}" AS SELECT {own} FROM read_parquet('{folder / title}.parquet')""")
        (text,) = sorted((folder / "政策文件").glob(f"{city}-*.toml"))
        self.policy: dict[str, Any] = tomllib.loads(text.read_text(encoding="utf-8"))
        towns = dict.fromkeys(OUTSIDE[city], ELSEWHERE[city]) | INSIDE[city]
        self.db.execute("CREATE TABLE places (town VARCHAR, place VARCHAR)")
        self.db.executemany("INSERT INTO places VALUES (?, ?)", list(towns.items()))
        self.db.execute(_PREPARE.format(city=city))
        self._join()
        grouped = ", ".join(f"'{each['id']}'" for each in self.policy["lines"] if each.get("group"))
        labels = ", ".join(
            f"CASE WHEN is_grant THEN '{GRANT}' ELSE coalesce(nullif(r.{key}, ''), '{NONE}') END AS {key}_n"
            for key in _LABELS
        )
        names = ", ".join(f"n.{key}_n" for key in _LABELS)
        implied = [{"name": name, "more": more} for name, more in self._implied()]
        self.db.execute(_COUNT.format(grouped=grouped, labels=labels, names=names, implied=implied))
        self.titles = {each["id"]: each["title"] for each in self.policy["lines"]}
        for kind, keys in KEYS.items():
            self._register(kind, keys.split())

    def _join(self) -> None:
        """Two records with one certificate or one class are one training, and so on down the line. By the numbers of the export,
        since a covered certificate number no longer tells (``disagreements``)."""
        before = None
        while True:
            for key in ("same_certificate", "same_class"):
                self.db.execute(_JOIN.format(key=key))
            ((now,),) = self.rows("SELECT sum(label) FROM rec")
            if now == before:
                return
            before = now

    def disagreements(self) -> list[tuple[Any, ...]]:
        """Trainings of an export with whole numbers whose 同证编号 and 同班编号 are not what the policy page says makes one
        training (D01): the same person and certificate, or person, institution, occupation, level and days."""
        return [
            row
            for own, theirs in (("certificate", "same_certificate"), ("class", "same_class"))
            for a, b in ((own, theirs), (theirs, own))
            for row in self.rows(
                f"SELECT '{a}', k FROM (SELECT {a} AS k, count(DISTINCT coalesce({b}::VARCHAR, '-')) AS n FROM rec JOIN keyed USING (tid) "
                f"WHERE {a} IS NOT NULL GROUP BY 1) WHERE n <> 1"
            )
        ]

    def _implied(self) -> set[tuple[str, str]]:
        """Each category with itself and all that follow from it."""
        follows = self.policy["implies"]
        found = {(name, name) for name in follows} | {(name, more) for name, all_ in follows.items() for more in all_}
        while True:
            more = found | {(a, d) for a, b in found for c, d in found if b == c}
            if more == found:
                return found
            found = more

    def _register(self, kind: str, keys: list[str]) -> None:
        """Table ``r_kind``: the entries in force with their ``cells``; no table where it was never imported."""
        name = kind.replace("-", "_")
        key = ", '|', ".join(f"upper(plain(coalesce(cells->>'$.{each}', '')))" for each in keys)
        imported = self.rows(f"SELECT count(*) FROM import WHERE kind = '{kind}'")[0][0]
        self.db.execute(
            f"CREATE TABLE r_{name} AS SELECT cells FROM (SELECT r.cells, row_number() OVER (PARTITION BY concat({key}) "
            f"ORDER BY r.import_id DESC, r.place DESC) AS n FROM row r JOIN import i ON i.id = r.import_id WHERE i.kind = '{kind}') "
            "WHERE n = 1 AND coalesce(cells->>'$.withdrawn', '0') IN ('0', 'false')"
        )
        self.imported = {**getattr(self, "imported", {}), kind: bool(imported)}

    def rows(self, query: str, **more: object) -> list[tuple[Any, ...]]:
        """The rows of a query; whole numbers as int."""
        for key, text in more.items():
            query = query.replace("{" + key + "}", str(text))
        found = self.db.execute(query).fetchall()
        return [tuple(_whole(cell) for cell in row) for row in found]

    def one(self, query: str, **more: object) -> Any:
        return self.rows(query, **more)[0][0]


def _whole(cell: Any) -> Any:
    if cell is None or isinstance(cell, str | bool | int | date | list):
        return cell
    return int(cell)


def _renamed(text: str) -> str:
    """``月份 AS month`` or ``月份 month`` with the Chinese title quoted."""
    title, name = text.split(" AS ") if " AS " in text else text.split(" ")
    return f'"{title}" AS {name}' if name.startswith('"') else f'"{title}" AS "{name}"'
