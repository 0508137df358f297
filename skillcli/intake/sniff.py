"""What a file really is, by its first bytes and its parts, never by its suffix."""

from __future__ import annotations

import io
import zipfile

from skillcli.intake.grid import Refused

_AGAIN = "请用 Excel 或 WPS 打开原文件，另存为 xlsx 后重新提交。"
_BARE = (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")
"""First bytes of Excel 2 to 5 without a container around them."""
_FOREIGN = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"{\\rtf", "RTF 文档"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"MZ", "程序文件"),
    (b"\x7fELF", "程序文件"),
    (b"SQLite format 3", "数据库文件"),
)
_PARTS = (
    ("xl/workbook.bin", "xlsb"),
    ("xl/workbook.xml", "xlsx"),
    ("content.xml", "ods"),
    ("word/document.xml", "Word 文档"),
    ("ppt/presentation.xml", "PowerPoint 文档"),
)


def form_of(data: bytes) -> str:
    """xlsx (xlsm too), xlsb, ods, xls (et too), html or text. Raises Refused (F01, F02)."""
    if not data:
        raise Refused("F01", "文件是空的（0 字节），没有任何内容。", "如果来自网盘，请先等它下载完整，再重新提交。")
    if data.startswith(b"PK"):
        return _zip_form(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise password()
        return "xls"
    if data[:4] in _BARE:
        raise older_excel()
    for magic, what in _FOREIGN:
        if data.startswith(magic) and (magic != b"BM" or data[6:10] == b"\0\0\0\0"):
            raise Refused("F01", f"这不是表格文件，实际是{what}。", _AGAIN)
    head = data[:4096].replace(b"\0", b"").lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        raise Refused("F01", "这是“XML 表格 2003”格式，本工具不读取。", _AGAIN)
    if b"opendocument:xmlns:office" in head:
        raise Refused("F01", "这是“平面 XML”形式的 ODF 表格（fods），本工具不读取。", _AGAIN)
    if head.lstrip().startswith(b"mime-version:") or b"content-type: multipart/related" in head:
        raise Refused("F01", "这是网页归档（MHTML，“单个文件网页”），本工具不读取。", _AGAIN)
    if b"<html" in head or b"<table" in head or b"<!doctype html" in head:
        return "html"
    return "text"


def password() -> Refused:
    """The refusal of a file that opens only with a password."""
    return Refused(
        "F02", "文件设有打开密码，读不出内容。", "请在 Excel 或 WPS 中取消密码（文件—信息—保护工作簿）后另存，再提交。"
    )


def broken() -> Refused:
    """The refusal of a file that no reader understands."""
    return Refused("F01", "文件已损坏或不完整，读不出内容。", _AGAIN)


def older_excel() -> Refused:
    """The refusal of a workbook older than Excel 5."""
    return Refused("F01", "这是 Excel 5.0 或更早的旧格式，本工具不读取。", _AGAIN)


def unprovable() -> Refused:
    """The refusal of a workbook in which some cell cannot be read with certainty."""
    return Refused("F01", "文件里有单元格的存法不常见，不能保证读全、读对，因此不读取。", _AGAIN)


def _zip_form(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = {name.replace("\\", "/").lower().lstrip("/") for name in package.namelist()}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeError):
        raise broken() from None
    if "encrypted-package" in names:
        raise password()
    for part, form in _PARTS:
        if part in names:
            if form.endswith("文档"):
                raise Refused("F01", f"这不是表格文件，实际是{form}。", _AGAIN)
            return form
    if "[content_types].xml" in names:
        return "xlsx"
    raise Refused("F01", "这不是表格文件，实际是压缩包（zip）。", "请先解压，再提交里面的表格。")
