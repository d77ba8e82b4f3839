"""PDF, by ReportLab and qpdf."""

import io

from formats import file


def pdf(variant, name):
    return file("office", "PDF", variant, name)


def latin(value):
    """The standard fonts have no more."""
    return value.encode("latin-1", "replace").decode("latin-1")


def canvas_pdf(draw, **options):
    from reportlab.pdfgen import canvas
    made = io.BytesIO()
    page = canvas.Canvas(made, **options)
    draw(page)
    page.save()
    return made.getvalue()


def draw_table(page, rows, render_mode=0):
    for number, row in enumerate(rows):
        for x, value in zip((30, 150, 370, 450), row):
            text = page.beginText(x, 800 - 14 * number)
            text.setFont("Helvetica", 8)
            text.setTextRenderMode(render_mode)
            text.textOut(latin(value))
            page.drawText(text)


def table_pdf(rows, **options):
    return canvas_pdf(lambda page: draw_table(page, rows), **options)


pdf("ReportLab, not compressed", "plain.pdf")(lambda work: table_pdf(work.rows, pageCompression=0))
pdf("ReportLab, deflate and ASCII85", "ascii85.pdf")(lambda work: table_pdf(work.rows, pageCompression=1))
pdf("hidden text layer", "scanned.pdf")(lambda work: canvas_pdf(lambda page: draw_table(page, work.rows, 3)))


def by_qpdf(variant, name, *options):
    @pdf(variant, name)
    def _(work):
        work.write("plain.pdf", table_pdf(work.rows))
        return work.made("made.pdf", "qpdf", *options, "plain.pdf", "made.pdf")


by_qpdf("object streams", "object-streams.pdf", "--object-streams=generate")
by_qpdf("linearised", "linearised.pdf", "--linearize")
by_qpdf("password for the owner only", "owner.pdf", "--encrypt", "", "Winter2026", "256", "--")


@pdf("attachment", "attachment.pdf")
def _(work):
    work.write("cover.pdf", canvas_pdf(lambda page: page.drawString(30, 800, "See the attachment.")))
    return work.made("made.pdf", "qpdf", "cover.pdf", "--add-attachment", "customers.csv", "--", "made.pdf")


@pdf("form fields", "form.pdf")
def _(work):
    def draw(page):
        page.drawString(30, 820, "Please fill in")
        for number, row in enumerate(work.rows):
            page.acroForm.textfield(name=f"row{number}", value=latin(" ".join(row)), x=30, y=780 - 30 * number, width=500,
                                    height=20, maxlen=200)
    return canvas_pdf(draw)


def commented(work):
    def draw(page):
        page.drawString(30, 820, "See the comments.")
        for number, row in enumerate(work.rows):
            page.textAnnotation(latin(" ".join(row)), Rect=[30, 780 - 30 * number, 50, 800 - 30 * number], relative=1)
    return canvas_pdf(draw)


pdf("comments", "comments.pdf")(commented)


@pdf("comments in object streams", "comments-in-streams.pdf")
def _(work):
    work.write("plain.pdf", commented(work))
    return work.made("made.pdf", "qpdf", "--object-streams=generate", "plain.pdf", "made.pdf")


@pdf("properties", "properties.pdf")
def _(work):
    def draw(page):
        page.drawString(30, 800, "Nothing here.")
        page.setSubject(latin("; ".join(" ".join(row) for row in work.rows)))
    return canvas_pdf(draw)


@pdf("several pages", "pages.pdf")
def _(work):
    def draw(page):
        for start in range(0, len(work.rows), 4):
            draw_table(page, work.rows[start:start + 4])
            page.showPage()
    return canvas_pdf(draw)
