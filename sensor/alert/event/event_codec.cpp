#include "alert/event/event_codec.h"

#include <type_traits>

#include "alert/event/event_fields.h"
#include "core/byte_writer.h"
#include "policy/stored_masked.h"

namespace outspan::alert {
namespace {

class Writer {
 public:
  ByteWriter out;

  template <class... Each>
  void operator()(const Each&... each) {
    (put(each), ...);
  }

  /// A field that came later, the last of its struct: without it the bytes, and so the id of an
  /// event, are what they were before. One that comes after it makes it an ordinary one.
  template <class T>
  void if_any(const std::optional<T>& maybe) {
    if (maybe) put(maybe);
  }

  /// LEB128.
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out.number(value | 0x80, 1);
    out.number(value, 1);
  }

  template <class T>
  requires std::is_integral_v<T> || std::is_enum_v<T>
  void put(const T& value) { number(static_cast<std::uint64_t>(value)); }
  void put(const std::string& text) {
    number(text.size());
    out.bytes(as_bytes(text));
  }
  void put(const Masked& masked) { put(masked.text()); }
  void put(const Timestamp& time) {
    out.number(static_cast<std::uint64_t>(time.time_since_epoch().count()), 8);
  }
  void put(const IpAddress& address) {
    const Bytes packed = address.packed();
    out.number(packed.size(), 1);
    out.bytes(packed);
  }
  void put(const AppProtocol& app) { put(std::string(app.name())); }
  void put(const Stats& stats) {
    number(stats.values().size());
    for (const auto& [name, value] : stats.values()) {
      put(name);
      number(value);
    }
  }
  template <class First, class Second>
  void put(const std::pair<First, Second>& pair) {
    (*this)(pair.first, pair.second);
  }
  template <class T>
  void put(const std::vector<T>& all) {
    number(all.size());
    for (const T& each : all) put(each);
  }
  template <class T, std::size_t N>
  void put(const std::array<T, N>& all) {
    number(N);
    for (const T& each : all) put(each);
  }
  template <class T>
  void put(const std::optional<T>& maybe) {
    number(maybe.has_value());
    if (maybe) put(*maybe);
  }
  void put(const EventBody& body) {
    number(body.index());
    std::visit([this](const auto& its) { put(its); }, body);
  }
  template <class T>
  requires std::is_class_v<T>
  void put(const T& record) {
    Writer inside;
    fields(inside, record);
    number(inside.out.out().size());
    out.bytes(inside.out.out());
  }
};

class Reader {
 public:
  explicit Reader(Bytes bytes) noexcept : in(bytes) {}
  ByteCursor in;
  [[nodiscard]] bool ok() const noexcept { return good_ && in.ok(); }

  /// Fields that an earlier version did not know keep their defaults.
  template <class... Each>
  void operator()(Each&... each) {
    ((in.left() != 0 ? get(each) : void()), ...);
  }

  template <class T>
  void if_any(std::optional<T>& maybe) {
    (*this)(maybe);
  }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::uint8_t byte = in.u8();
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    good_ = false;
    return 0;
  }

  template <class T>
  requires std::is_integral_v<T>
  void get(T& value) { value = static_cast<T>(number()); }
  void get(Direction& value) { choice(value, kDirections); }
  void get(policy::IncidentState& value) { choice(value, 3); }
  void get(config::Severity& value) { choice(value, 4); }
  void get(std::string& text) { text = as_text(in.take(count())); }
  void get(Masked& masked) {
    std::string text;
    get(text);
    masked = policy::StoredMasked::read(std::move(text));
  }
  void get(Timestamp& time) { time = timestamp_from_ns(static_cast<std::int64_t>(in.u64_le())); }
  void get(IpAddress& address) {
    const std::size_t size = in.u8();
    good_ = good_ && (size == 4 || size == 16);
    address = IpAddress::from_bytes(in.take(size));
  }
  void get(AppProtocol& app) {
    std::string name;
    get(name);
    app = AppProtocol::named(name);
  }
  void get(Stats& stats) {
    for (std::size_t left = count(); left > 0 && ok(); --left) {
      std::string name;
      get(name);
      stats.add(name, number());
    }
  }
  template <class First, class Second>
  void get(std::pair<First, Second>& pair) {
    get(pair.first);
    get(pair.second);
  }
  template <class T>
  void get(std::vector<T>& all) {
    for (std::size_t left = count(); left > 0 && ok(); --left) get(all.emplace_back());
  }
  template <class T, std::size_t N>
  void get(std::array<T, N>& all) {
    const std::size_t size = count();
    T unknown{};
    for (std::size_t i = 0; i < size && ok(); ++i) get(i < N ? all[i] : unknown);
  }
  template <class T>
  void get(std::optional<T>& maybe) {
    if (number() != 0) get(maybe.emplace());
  }
  void get(EventBody& body) {
    const std::uint64_t index = number();
    if (!begin_body(body, index, std::make_index_sequence<std::variant_size_v<EventBody>>()))
      good_ = false;
    else
      std::visit([this](auto& its) { get(its); }, body);
  }
  template <class T>
  requires std::is_class_v<T>
  void get(T& record) {
    Reader inside(in.take(count()));
    fields(inside, record);
    good_ = good_ && inside.ok();
  }

 private:
  /// Of items that follow, each at least a byte.
  std::size_t count() {
    const std::uint64_t value = number();
    if (value <= in.left()) return static_cast<std::size_t>(value);
    good_ = false;
    return 0;
  }
  template <class Enum>
  void choice(Enum& value, std::uint64_t choices) {
    const std::uint64_t chosen = number();
    good_ = good_ && chosen < choices;
    if (chosen < choices) value = static_cast<Enum>(chosen);
  }
  template <std::size_t... Index>
  static bool begin_body(EventBody& body, std::uint64_t index,
                         std::index_sequence<Index...> /*all*/) {
    return ((index == Index && (body.emplace<Index>(), true)) || ...);
  }

  bool good_ = true;
};

}  // namespace

std::vector<std::uint8_t> encode(const Event& event) {
  Writer writer;
  fields(writer, event);
  return std::move(writer.out.out());
}

std::optional<Event> decode(Bytes bytes) {
  Event event;
  Reader reader(bytes);
  fields(reader, event);
  // OrderKey and what is behind it serve the sorting; times and packets of the body are those of
  // the event.
  if (auto* incident = std::get_if<policy::Incident>(&event.body)) incident->time = event.time;
  if (auto* sighting = std::get_if<policy::Sighting>(&event.body)) sighting->time = event.time;
  return reader.ok() && !bytes.empty() ? std::optional(std::move(event)) : std::nullopt;
}

}  // namespace outspan::alert
