#include "content/forms.h"

#include <algorithm>
#include <optional>

#include "content/chain/object_context.h"
#include "content/codes/xored.h"
#include "content/containers/aws_chunks.h"
#include "content/containers/compressed.h"
#include "content/containers/file_stage.h"
#include "content/containers/pg_dump_stage.h"
#include "content/containers/picture_stage.h"
#include "content/containers/pst_stage.h"
#include "content/containers/serialised_stage.h"
#include "content/containers/tar_stage.h"
#include "content/containers/zip_stage.h"
#include "content/mail/cms_stage.h"
#include "content/mail/mail_file.h"
#include "content/mail/multipart_stage.h"

namespace outspan::content {
namespace {

using marks::Form;
using unpack::Kind;

/// Told by more than a mark: by the header, or by many bytes. Asked in this order; nullopt: it is
/// something else.
using Recogniser = std::optional<Opened> (*)(const Opening& opening) noexcept;
constexpr Recogniser kRecognisers[] = {open_aws_chunks, open_coding,   open_multipart,
                                       open_mail_file,  open_unmarked, open_named_multipart,
                                       open_xored};

/// Told by its mark.
struct Row {
  Form form;
  Opened (*open)(const Opening& opening) noexcept;
};
constexpr Row kRows[] = {
    {Form::gzip, open_gzip},
    {Form::zstd, open_zstd},
    {Form::snappy, open_snappy},
    {Form::tar, open_tar},
    {Form::zip, open_zip},
    {Form::pg_dump, open_pg_dump},
    {Form::pst, open_pst},
    {Form::java, open_java},
    {Form::pickle, open_pickle},
    {Form::cms, open_cms},
    {Form::picture, open_picture},
    {Form::archive, open_by_worker<Kind::archive>},
    {Form::pdf, open_by_worker<Kind::pdf>},
    {Form::rtf, open_by_worker<Kind::rtf>},
    {Form::tnef, open_by_worker<Kind::tnef>},
    {Form::ole, open_by_worker<Kind::ole>},
    {Form::sqlite, open_by_worker<Kind::sqlite>},
    {Form::avro, open_by_worker<Kind::avro>},
    {Form::zeros, open_zeros},
};

}  // namespace

Opened open_form(Opening opening) noexcept {
  for (const Recogniser recognise : kRecognisers)
    if (std::optional<Opened> opened = recognise(opening)) return std::move(*opened);
  opening.mark = marks::identify(opening.beginning);
  const auto* row = std::ranges::find(kRows, opening.mark.form, &Row::form);
  return row != std::end(kRows) ? row->open(opening) : Opened{.mark = opening.mark};
}

}  // namespace outspan::content
