#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "tests/protocol/fake_host.h"

/// What has to hold for the conversations of every protocol. A case has at least a name and a talk.
namespace outspan::protocol::fake {

inline Talk joined(Talk first, const Talk& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

/// The same in pieces, but for the first `whole_steps`: the parser was chosen by them.
inline Talk in_pieces(const Talk& talk, std::size_t piece, std::size_t whole_steps) {
  Talk pieces;
  for (const Step& step : talk) {
    if (pieces.size() < whole_steps || step.missing_bytes > 0) {
      pieces.push_back(step);
      continue;
    }
    for (std::size_t at = 0; at < step.text.size(); at += piece)
      pieces.push_back({step.side, step.text.substr(at, piece)});
  }
  return pieces;
}

struct Cuts {
  std::initializer_list<std::size_t> pieces;
  std::size_t whole_steps = 0;
  /// Cases in which what is there at a time decides: where messages begin after damage.
  std::initializer_list<std::string_view> not_these = {};
};

template <class Case>
void expect_cuts_do_not_matter(const Host::Make& make, std::span<const Case> cases,
                               const Cuts& cuts) {
  for (const Case& each : cases) {
    if (std::find(cuts.not_these.begin(), cuts.not_these.end(), each.name) != cuts.not_these.end())
      continue;
    SCOPED_TRACE(each.name);
    const std::string whole = play(make, each.talk)->describe();
    for (const std::size_t piece : cuts.pieces)
      EXPECT_EQ(play(make, in_pieces(each.talk, piece, cuts.whole_steps))->describe(), whole)
          << piece;
  }
}

/// Of the other side nothing comes out, and every byte is claimed.
template <class Case>
void expect_one_side_is_enough(const Host::Make& make, std::span<const Case> cases) {
  for (const bool client : {true, false}) {
    for (const Case& each : cases) {
      SCOPED_TRACE(each.name);
      const auto host = play(make, each.talk, {client, !client});
      for (const auto& object : host->sink.objects)
        EXPECT_EQ(object->side, client ? kClient : kServer);
    }
  }
}

/// Of what the client sends as passwords again and again, so much is left out as credentials have.
inline void expect_many_passwords_are_content(const Host::Make& make, Talk talk,
                                              const std::string& password) {
  for (int i = 0; i < 200; ++i) talk.push_back({kClient, password});
  const auto host = play(make, talk);
  const std::uint64_t skipped = host->account.columns(kClient)[Column::skipped];
  EXPECT_GT(skipped, 16'000u);
  EXPECT_LE(skipped, 16'384u);
}

struct OpeningCase {
  const char* name;
  std::string client, server;
  bool joined;  ///< the capture began after the connection
  Claim claim;
};

inline void expect_claims(Claim (*recognise)(const Opening&) noexcept,
                          std::span<const OpeningCase> cases) {
  for (const OpeningCase& each : cases) {
    SCOPED_TRACE(each.name);
    Host host;
    host.info.opened_by_syn = !each.joined;
    const Opening opening{host.context, {as_bytes(each.client), as_bytes(each.server)}, {}};
    EXPECT_EQ(recognise(opening), each.claim);
  }
}

}  // namespace outspan::protocol::fake
