#include <gtest/gtest.h>

#include "protocol/sql/statement.h"

namespace outspan::protocol::sql {
namespace {

struct Case {
  const char* name;
  std::string statement;
  std::string expected;
};

const Case kCases[] = {
    {"select", "SELECT name, email FROM customers WHERE id = 7", "SELECT customers"},
    {"lower_case_verb", "select * from Customers;", "SELECT Customers"},
    {"schema", "SELECT * FROM crm.customers c", "SELECT crm.customers"},
    {"quoted", R"(SELECT * FROM "Crm"."Key Accounts")", "SELECT Crm.Key Accounts"},
    {"back_quoted", "SELECT * FROM `crm`.`people`", "SELECT crm.people"},
    {"in_parentheses", "(SELECT a FROM t)", "SELECT t"},
    {"from_of_a_function", "SELECT EXTRACT(year FROM born), x FROM people", "SELECT people"},
    {"from_in_a_literal", "SELECT ' from nowhere', x FROM people", "SELECT people"},
    {"from_in_a_comment", "SELECT x /* from b */ -- from c\n FROM people", "SELECT people"},
    {"select_inside", "SELECT * FROM (SELECT * FROM people) p", "SELECT people"},
    {"insert", "INSERT INTO orders (a) VALUES (1)", "INSERT orders"},
    {"replace", "replace into orders values (1)", "REPLACE orders"},
    {"update", "UPDATE ONLY people SET a = 1", "UPDATE people"},
    {"delete", "DELETE FROM people", "DELETE people"},
    {"copy", "COPY public.people TO STDOUT", "COPY public.people"},
    {"copy_of_a_query", "COPY (SELECT * FROM people) TO STDOUT", "COPY people"},
    {"load", "LOAD DATA LOCAL INFILE '/tmp/a.csv' INTO TABLE crm.people", "LOAD crm.people"},
    {"with", "WITH a AS (SELECT 1 FROM x) SELECT * FROM a", "WITH a"},
    {"no_table", "SELECT 1", "SELECT"},
    {"transaction", "begin", "BEGIN"},
    {"cursor", "FETCH 100 FROM c1", "FETCH c1"},
    {"empty", "", "statement"},
    {"no_word", "{} from x", "statement"},
    {"escaped_quote", R"(SELECT 'it\' FROM dana', x FROM people)", "SELECT"},
    {"escaped_double_quote", R"(SELECT "it\" FROM dana", x FROM people)", "SELECT"},
    {"doubled_quote", "SELECT 'it'' FROM dana', x FROM people", "SELECT people"},
    {"dollar_quote", "SELECT $$ FROM dana$$, x FROM people", "SELECT"},
    {"tagged_dollar_quote", "SELECT $a$ FROM dana $a$, x FROM people", "SELECT"},
    {"parameter", "SELECT $1, x FROM people", "SELECT people"},
    {"array_of_literals", "SELECT ARRAY['a] FROM dana'] FROM people", "SELECT people"},
    {"bracketed_name", "SELECT a FROM [Key Accounts]", "SELECT Key Accounts"},
    {"comment_of_mysql", "SELECT a # FROM dana\n FROM people", "SELECT people"},
    {"literal_as_table", "SELECT a FROM 'dana@example.com'", "SELECT"},
    {"text_that_is_no_statement", "dana@example.com FROM ada", "statement"},
    {"unclosed_quote", "SELECT 'a FROM x", "SELECT"},
    {"unclosed_comment", "SELECT /* a FROM x", "SELECT"},
    {"from_at_the_end", "SELECT a FROM", "SELECT"},
    {"long_name", "SELECT a FROM " + std::string(500, 'x'), "SELECT " + std::string(128, 'x')},
    {"beyond_the_limit", "SELECT " + std::string(2000, 'a') + " FROM x", "SELECT"},
};

TEST(SqlStatement, HasTheNameOfWhatItDoes) {
  for (const Case& each : kCases) {
    SCOPED_TRACE(each.name);
    EXPECT_EQ(statement_name(each.statement), each.expected);
  }
}

}  // namespace
}  // namespace outspan::protocol::sql
