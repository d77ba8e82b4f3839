"""Workbooks, documents, presentations, PDF, books."""

import io
import zipfile

import sheets
from formats import COLUMNS, file

GROUP = "office"


def office(format, variant, name):
    return file(GROUP, format, variant, name)


def changed(package, changes):
    """A zip with other members or contents."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            new.writestr(name, content)
    return made.getvalue()


# Workbooks

office("xlsx", "shared strings (openpyxl)", "shared.xlsx")(lambda work: sheets.openpyxl_book(work.rows))
office("xlsx", "inline strings (XlsxWriter)", "inline.xlsx")(lambda work: sheets.inline_book(work.rows))
office("xlsx", "LibreOffice", "calc.xlsx")(lambda work: work.converted("customers.csv", "xlsx"))
office("xlsm", "LibreOffice", "macros.xlsm")(
    lambda work: work.converted("customers.csv", "xlsm", "Calc MS Excel 2007 VBA XML"))
office("xltx", "openpyxl", "template.xltx")(lambda work: sheets.openpyxl_book(work.rows, template=True))
office("xlsx", "hidden sheets", "hidden.xlsx")(lambda work: sheets.hidden_book(work.rows))
office("xlsx", "comments", "comments.xlsx")(lambda work: sheets.comments_book(work.rows))
office("xlsx", "results of formulas", "formulas.xlsx")(lambda work: sheets.formulas_book(work.rows))
office("xlsx", "text boxes", "boxes.xlsx")(lambda work: sheets.boxes_book(work.rows))
office("xlsx", "rich text, values split over runs", "rich.xlsx")(lambda work: sheets.rich_book(work.rows))
office("xls", "xlwt", "xlwt.xls")(lambda work: sheets.xlwt_book(work.rows))
office("xls", "LibreOffice", "calc.xls")(lambda work: work.converted("customers.csv", "xls", "MS Excel 97"))
office("ods", "odfpy", "odfpy.ods")(lambda work: sheets.odf_book(work.rows))
office("ods", "LibreOffice", "calc.ods")(lambda work: work.converted("customers.csv", "ods"))
office("ods", "flat XML, LibreOffice", "flat.fods")(lambda work: work.converted("customers.csv", "fods"))


# Documents

def table_document(rows):
    import docx
    document = docx.Document()
    grid = document.add_table(rows=0, cols=len(COLUMNS))
    for row in rows:
        for cell, value in zip(grid.add_row().cells, row):
            cell.text = value
    return document


def saved(document):
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


@office("docx", "table", "table.docx")
def _(work):
    return saved(table_document(work.rows))


@office("docx", "values split over runs", "runs.docx")
def _(work):
    import docx
    document = docx.Document()
    for row in work.rows:
        paragraph = document.add_paragraph()
        for value in row:
            paragraph.add_run(value[:5]).bold = True
            paragraph.add_run(value[5:] + " ")
    return saved(document)


@office("docx", "header and footer", "header.docx")
def _(work):
    import docx
    document = docx.Document()
    document.add_paragraph("See above and below.")
    section, middle = document.sections[0], len(work.rows) // 2
    section.header.paragraphs[0].text = "\n".join(" ".join(row) for row in work.rows[:middle])
    section.footer.paragraphs[0].text = "\n".join(" ".join(row) for row in work.rows[middle:])
    return saved(document)


@office("docx", "workbook inside", "embedded.docx")
def _(work):
    return changed(saved(table_document([])), {"word/embeddings/Microsoft_Excel_Sheet1.xlsx": sheets.openpyxl_book(work.rows)})


def writer_source(work):
    """What LibreOffice converts: a document with a table."""
    work.write("source.docx", saved(table_document(work.rows)))
    return "source.docx"


def written_by_writer(format, variant, name, filter=None):
    suffix = name.rsplit(".", 1)[1]
    office(format, variant, name)(lambda work: work.converted(writer_source(work), suffix, filter))


written_by_writer("doc", "LibreOffice", "writer.doc", "MS Word 97")
written_by_writer("rtf", "LibreOffice", "writer.rtf")
written_by_writer("odt", "LibreOffice", "writer.odt")
written_by_writer("dotx", "LibreOffice", "template.dotx")
written_by_writer("PDF", "LibreOffice, ToUnicode maps", "writer.pdf")
written_by_writer("EPUB", "LibreOffice", "writer.epub")
written_by_writer("HTML", "LibreOffice", "writer.html")


@office("docx", "LibreOffice", "writer.docx")
def _(work):
    work.write("source.odt", work.converted(writer_source(work), "odt"))
    return work.converted("source.odt", "docx")


def notes_source(work):
    """A document with half of the rows in footnotes, half in comments."""
    from odf import dc, office as parts, opendocument, text
    document, middle = opendocument.OpenDocumentText(), len(work.rows) // 2
    for number, row in enumerate(work.rows):
        line = text.P(text="See the note.")
        if number < middle:
            note = text.Note(noteclass="footnote")
            note.addElement(text.NoteCitation(text=str(number + 1)))
            body = text.NoteBody()
            body.addElement(text.P(text=", ".join(row)))
            note.addElement(body)
        else:
            note = parts.Annotation()
            note.addElement(dc.Creator(text="dana"))
            note.addElement(text.P(text=", ".join(row)))
        line.addElement(note)
        document.text.addElement(line)
    return saved(document)


office("odt", "footnotes and comments", "notes.odt")(notes_source)


@office("docx", "footnotes and comments", "notes.docx")
def _(work):
    work.write("source.odt", notes_source(work))
    return work.converted("source.odt", "docx")


@office("odt", "odfpy", "odfpy.odt")
def _(work):
    from odf import opendocument, text
    document = opendocument.OpenDocumentText()
    for row in work.rows:
        document.text.addElement(text.P(text=", ".join(row)))
    return saved(document)


@office("rtf", "as WordPad writes it", "wordpad.rtf")
def _(work):
    def escaped(value):
        return "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in value)
    lines = "".join("\\tab ".join(escaped(value) for value in row) + "\\par\r\n" for row in work.rows)
    return ("{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fnil\\fcharset0 Calibri;}}\r\n"
            "\\viewkind4\\uc1\\pard\\f0\\fs22 " + lines + "}\r\n").encode("ascii")


# Presentations

@office("odp", "odfpy", "slides.odp")
def odp(work):
    from odf import draw, opendocument, style, text
    show = opendocument.OpenDocumentPresentation()
    layout = style.PageLayout(name="layout")
    layout.addElement(style.PageLayoutProperties(pagewidth="28cm", pageheight="21cm", printorientation="landscape"))
    show.automaticstyles.addElement(layout)
    master = style.MasterPage(name="master", pagelayoutname=layout)
    show.masterstyles.addElement(master)
    for start in range(0, len(work.rows), 6):
        page = draw.Page(masterpagename=master)
        frame = draw.Frame(width="25cm", height="15cm", x="1cm", y="1cm")
        box = draw.TextBox()
        for row in work.rows[start:start + 6]:
            box.addElement(text.P(text=", ".join(row)))
        frame.addElement(box)
        page.addElement(frame)
        show.presentation.addElement(page)
    return saved(show)


def written_by_impress(format, name, filter=None):
    @office(format, "LibreOffice", name)
    def _(work):
        work.write("source.odp", odp(work))
        return work.converted("source.odp", name.rsplit(".", 1)[1], filter)


written_by_impress("pptx", "impress.pptx")
written_by_impress("ppsx", "impress.ppsx", "Impress MS PowerPoint 2007 XML AutoPlay")


@office("ppt", "LibreOffice", "impress.ppt")
def _(work):
    """Without its preview picture, which is larger than all captures."""
    work.write("source.odp", odp(work))
    work.write("source.ppt", work.converted("source.odp", "ppt", "MS PowerPoint 97"))
    streams = ("Current User", "PowerPoint Document")
    for name in streams:
        work.write(name, work.run("gsf", "cat", "source.ppt", name))
    return work.made("made.ppt", "gsf", "createole", "made.ppt", *streams)


@office("pptx", "notes", "notes.pptx")
def _(work):
    work.write("source.odp", odp(work))
    show = work.converted("source.odp", "pptx")
    lines = "".join(f"<a:p><a:r><a:t>{', '.join(row)}</a:t></a:r></a:p>" for row in work.rows)
    empty = "<p:sld xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main'/>"
    notes = ("<p:notes xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main' "
             f"xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'><p:txBody>{lines}</p:txBody></p:notes>")
    return changed(show, {"ppt/slides/slide1.xml": empty, "ppt/slides/slide2.xml": empty,
                          "ppt/notesSlides/notesSlide1.xml": notes})
