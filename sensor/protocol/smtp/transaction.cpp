#include "protocol/smtp/transaction.h"

namespace outspan::protocol::smtp {
namespace {

constexpr std::size_t kRecipientsMax = 1000;
constexpr std::size_t kAddressMaxBytes = 512;

/// "FROM:<a@example.com> SIZE=1": what is between the brackets, or the first word.
std::string address_of(std::string_view argument) noexcept {
  const std::size_t colon = argument.find(':');
  if (colon != std::string_view::npos) argument.remove_prefix(colon + 1);
  while (!argument.empty() && argument.front() == ' ') argument.remove_prefix(1);
  if (!argument.empty() && argument.front() == '<') {
    argument.remove_prefix(1);
    argument = argument.substr(0, argument.find('>'));
  } else {
    argument = argument.substr(0, argument.find(' '));
  }
  return std::string(argument.substr(0, kAddressMaxBytes));
}

}  // namespace

void Envelope::begin(std::string_view mail_argument) noexcept {
  reset();
  from_ = address_of(mail_argument);
}

void Envelope::reset() noexcept {
  ++number_;
  from_.clear();
  recipients_.clear();
}

std::uint32_t Envelope::add(std::string_view recipient_argument) noexcept {
  if (recipients_.size() < kRecipientsMax)
    recipients_.push_back({address_of(recipient_argument)});
  else
    return static_cast<std::uint32_t>(kRecipientsMax);
  return static_cast<std::uint32_t>(recipients_.size() - 1);
}

void Envelope::reject(const Request& request) noexcept {
  if (request.transaction == number_ && request.recipient < recipients_.size())
    recipients_[request.recipient].rejected = true;
}

std::vector<std::string> Envelope::accepted() const {
  std::vector<std::string> addresses;
  for (const Recipient& recipient : recipients_)
    if (!recipient.rejected) addresses.push_back(recipient.address);
  return addresses;
}

}  // namespace outspan::protocol::smtp
