"""Workbooks with customers in every place that a workbook has."""

import io

from formats import COLUMNS


def saved(book):
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def openpyxl_book(rows, template=False):
    import openpyxl
    book = openpyxl.Workbook()
    book.template = template
    for row in [COLUMNS, *rows]:
        book.active.append(list(row))
    return saved(book)


def hidden_book(rows):
    """Half of the rows on a hidden sheet, half on one that no menu shows."""
    import openpyxl
    book = openpyxl.Workbook()
    book.active["A1"] = "nothing to see"
    middle = len(rows) // 2
    for state, part in (("hidden", rows[:middle]), ("veryHidden", rows[middle:])):
        sheet = book.create_sheet(state)
        sheet.sheet_state = state
        for row in part:
            sheet.append(row)
    return saved(book)


def comments_book(rows):
    import openpyxl
    from openpyxl.comments import Comment
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, 1):
        cell = book.active.cell(number, 1, "see comment")
        cell.comment = Comment("\n".join(row), "dana")
    return saved(book)


def formulas_book(rows):
    """A cell with a formula keeps its result beside it."""
    def fill(book, sheet):
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write_formula(number, column, f"=VLOOKUP({number},Other!A:D,{column + 1})", None, value)
    return xlsxwriter_book(fill)


def inline_book(rows):
    def fill(book, sheet):
        for number, row in enumerate([COLUMNS, *rows]):
            sheet.write_row(number, 0, row)
    return xlsxwriter_book(fill, constant_memory=True)


def boxes_book(rows):
    def fill(book, sheet):
        for number, row in enumerate(rows):
            sheet.insert_textbox(number * 4, 0, " ".join(row))
    return xlsxwriter_book(fill)


def rich_book(rows):
    def fill(book, sheet):
        bold = book.add_format({"bold": True})
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write_rich_string(number, column, bold, value[:4], value[4:])
    return xlsxwriter_book(fill)


def xlsxwriter_book(fill, **options):
    import xlsxwriter
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, **options})
    fill(book, book.add_worksheet())
    book.close()
    return made.getvalue()


def xlwt_book(rows):
    import xlwt
    book = xlwt.Workbook()
    sheet = book.add_sheet("Customers")
    for number, row in enumerate([COLUMNS, *rows]):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    return saved(book)


def odf_book(rows):
    from odf import opendocument
    from odf.table import Table, TableCell, TableRow
    from odf.text import P
    book = opendocument.OpenDocumentSpreadsheet()
    sheet = Table(name="Customers")
    for row in rows:
        line = TableRow()
        for value in row:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=value))
            line.addElement(cell)
        sheet.addElement(line)
    book.spreadsheet.addElement(sheet)
    return saved(book)
