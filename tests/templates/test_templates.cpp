// The templates of CONTRIBUTING.md: what is copied must build and do what it says.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "content/chain/object_context.h"
#include "detect/digit_masks.h"
#include "tests/protocol/fake_host.h"
#include "tests/templates/datagram_protocol.h"
#include "tests/templates/detector.h"
#include "tests/templates/file_format.h"
#include "tests/templates/stream_protocol.h"

namespace outspan {
namespace {

namespace fake = protocol::fake;
using fake::kClient;

/// However the stream is cut in segments, the outcome is the same.
std::string talk(const fake::Talk& steps) {
  const std::string whole = fake::play(protocol::note::make, steps)->describe();
  for (std::size_t piece = 1; piece < 12; ++piece)
    EXPECT_EQ(fake::play(protocol::note::make, steps, {true, true}, piece, piece)->describe(),
              whole);
  return whole;
}

TEST(StreamTemplate, GivesEachMessageAsAnObject) {
  const std::string told = talk({{kClient, "NOTE/1 ann 5\r\nhelloNOTE/1 bob 3\r\nyou"}});
  EXPECT_NE(told.find("NOTE side=0 user=ann"), std::string::npos) << told;
  EXPECT_NE(told.find("hello"), std::string::npos) << told;
  EXPECT_NE(told.find("NOTE side=0 user=bob"), std::string::npos) << told;
}

TEST(StreamTemplate, SearchesWhatIsNoMessage) {
  const std::string told = talk({{kClient, "NOTE/1 ann\r\nNOTE/1 ann 2\r\nhi"}});
  EXPECT_NE(told.find("note lines"), std::string::npos) << told;
  EXPECT_NE(told.find("hi"), std::string::npos) << told;
}

TEST(StreamTemplate, GoesOnAfterAHole) {
  const std::string in_body =
      talk({{kClient, "NOTE/1 ann 8\r\nab"}, {kClient, "", 4}, {kClient, "gh"}});
  EXPECT_NE(in_body.find("ab<gap 4>gh"), std::string::npos) << in_body;
  const std::string in_head =
      talk({{kClient, "NOTE/1 an"}, {kClient, "", 4}, {kClient, "x\r\nNOTE/1 bob 2\r\nhi"}});
  EXPECT_NE(in_head.find("user=bob"), std::string::npos) << in_head;
}

TEST(StreamTemplate, IsRecognisedByItsFirstBytes) {
  const fake::Host host({true, true});
  const auto claim = [&host](std::string_view bytes) {
    return protocol::note::recognise({host.context, {as_bytes(bytes), {}}});
  };
  EXPECT_EQ(claim("NOTE/1 ann 5"), protocol::Claim::mine);
  EXPECT_EQ(claim("NOT"), protocol::Claim::need_more);
  EXPECT_EQ(claim("GET / HTTP/1.1"), protocol::Claim::not_mine);
}

TEST(DatagramTemplate, TakesItsOwnMessagesOnly) {
  fake::Host host({true, true});
  host.info.ip_protocol = ip_protocol::kUdp;
  const std::string_view good("BCN1\4hosttext", 13);
  const std::string_view lying("BCN1\xffhosttext", 13);
  EXPECT_TRUE(protocol::beacon::recognise(host.context, kClient, as_bytes(good)));
  EXPECT_FALSE(protocol::beacon::recognise(host.context, kClient, as_bytes(lying)));
  const auto parser = protocol::beacon::make(host);
  host.account.deliver(kClient, good.size());
  EXPECT_TRUE(parser->on_datagram(kClient, as_bytes(good)));
  EXPECT_EQ(host.account.pending(kClient), 0U) << "bytes that nobody claims";
  EXPECT_FALSE(parser->on_datagram(kClient, as_bytes(lying)));
  ASSERT_EQ(host.sink.objects.size(), 1U);
  EXPECT_EQ(host.sink.objects[0]->info.actor.hostname, "host");
}

/// Stages that write down what they are given, by the name of their node.
class Recorder final : public content::Opener, public content::TextSink, content::ObjectObserver {
 public:
  content::StagePtr open(content::ObjectContext& context, const content::Node& node,
                         content::NodeOptions) const noexcept override {
    return std::make_unique<Stage>(context, node, texts[node.name]);
  }
  content::StagePtr open_plain(content::ObjectContext& context, const content::Node& node,
                               content::TextOptions, content::LookInside) const noexcept override {
    return std::make_unique<Stage>(context, node, texts["(itself)"]);
  }
  content::StagePtr open_text(content::ObjectContext&, const content::Node&,
                              content::TextOptions) const noexcept override {
    return nullptr;
  }
  void on_window(const content::Object&, const content::Node&,
                 const content::Window&) noexcept override {}
  void on_object_end(const content::Object&, const content::ObjectSummary&) noexcept override {}
  void on_object_blind_spot(const content::Object&, const content::Node&,
                            ObjectBlindSpot) noexcept override {}
  content::ObjectObserver& observer() noexcept { return *this; }

  mutable std::map<std::string, std::string> texts;

 private:
  class Stage final : public content::Stage {
   public:
    Stage(content::ObjectContext& context, const content::Node& node, std::string& text) noexcept
        : content::Stage(context, node), text_(text) {}
    void gap() noexcept override { text_ += "(gap)"; }
    void boundary() noexcept override {}
    void pause() noexcept override {}

   private:
    void read(Bytes bytes) noexcept override {
      claim(content::As::searched, bytes.size());
      text_ += as_text(bytes);
    }
    void end() noexcept override { text_ += "."; }

    std::string& text_;
  };
};

TEST(FormatTemplate, OpensEachMember) {
  const std::string packed = std::string("PACK1\5a.txt\0\0\0\2hi", 17) +
                             std::string("\5b.txt\0\0\0\0", 10) +
                             std::string("\5c.txt\0\0\0\3you", 13);
  for (std::size_t piece = 1; piece <= packed.size(); ++piece) {
    Recorder recorder;
    fake::Host host({true, true});
    content::Services services({}, recorder, recorder, recorder.observer(), false, nullptr, true);
    content::ObjectContext context(services, host.context, Side::client, {});
    content::PackStage stage(context, context.object().root, 0);
    for (std::string_view rest = packed; !rest.empty();) {
      stage.data(as_bytes(rest.substr(0, piece)));
      rest.remove_prefix(std::min(piece, rest.size()));
    }
    stage.finish();
    EXPECT_EQ(recorder.texts["a.txt"], "hi.") << piece;
    EXPECT_EQ(recorder.texts["c.txt"], "you.") << piece;
    EXPECT_NE(recorder.texts["(itself)"].find("b.txt"), std::string::npos) << piece;
  }
}

TEST(FormatTemplate, SearchesWhatStandsAfterAHole) {
  Recorder recorder;
  fake::Host host({true, true});
  content::Services services({}, recorder, recorder, recorder.observer(), false, nullptr, true);
  content::ObjectContext context(services, host.context, Side::client, {});
  content::PackStage stage(context, context.object().root, 0);
  stage.data(as_bytes(std::string_view("PACK1\5a.txt\0\0\0\7hi", 17)));
  stage.gap();
  stage.data(as_bytes(std::string_view("there")));
  stage.finish();
  EXPECT_EQ(recorder.texts["a.txt"], "hi.");
  EXPECT_NE(recorder.texts["(itself)"].find("(gap)there"), std::string::npos);
}

/// The values found in a text, canonical.
std::vector<std::string> found_in(std::string_view bytes) {
  detect::NumberFormats formats;
  formats.add(detect::kMemberNumber, 0);
  text::TextMasks masks;
  masks.classify_values(bytes);
  detect::NumberAnchors anchors;
  anchors.find(masks, false);
  detect::NumberGroup group;
  std::vector<std::string> found;
  const detect::TextSpan text{bytes};
  for (const std::uint32_t begin : anchors.groups()) {
    group.read(text, begin);
    for (std::size_t run = 0; run < group.runs().size(); ++run)
      formats.match(text, group, run, [&found](int, const detect::Finding& finding) {
        found.emplace_back(finding.value());
      });
  }
  return found;
}

TEST(DetectorTemplate, FindsWhatPassesItsCheck) {
  EXPECT_EQ(found_in("member 1234-5678-2, paid"), std::vector<std::string>{"123456782"});
  EXPECT_TRUE(found_in("member 1234-5678-3, paid").empty()) << "the check digit is wrong";
  EXPECT_TRUE(found_in("part AB1234-5678-2").empty()) << "inside a word";
}

}  // namespace
}  // namespace outspan
