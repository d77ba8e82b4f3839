"""Man pages and shell completion say what --help says, for every command."""

import re
import shutil
import subprocess
import unittest

import harness

# As --help prints them: two blanks, then names and what they take, then the text.
OPTION = re.compile(r"^  (-[-\w,]+)", re.M)
COMMAND = re.compile(r"^  (\w+) ", re.M)


def help_of(words):
    code, out, err = harness.run(*words, "--help")
    assert code == 0, err
    return out.decode()


def commands(words=()):
    """All of them, each a tuple of words, by what --help prints."""
    yield words
    _, found, names = help_of(words).partition("\nSubcommands:\n")
    for name in COMMAND.findall(names.partition("\n\n")[0]) if found else ():
        yield from commands((*words, name))


def options_of(words):
    return [name for names in OPTION.findall(help_of(words)) for name in names.split(",")]


class Manual(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = harness.Folder()
        cls.folder = folder.__enter__()
        cls.addClassCleanup(folder.__exit__, None, None, None)
        code, _, err = harness.run("manual", cls.folder)
        assert code == 0, err
        cls.commands = list(commands())

    def page(self, words):
        return self.folder / "man1" / ("-".join(("outspan", *words)) + ".1")

    def test_there_is_a_page_for_every_command_and_no_other(self):
        self.assertGreater(len(self.commands), 20)
        self.assertEqual(sorted(path.name for path in (self.folder / "man1").iterdir()),
                         sorted(self.page(words).name for words in self.commands))

    def test_every_option_stands_in_its_page(self):
        for words in self.commands:
            with self.subTest(" ".join(words)):
                page = self.page(words).read_text().replace("\\-", "-")
                self.assertIn(".SH EXIT STATUS\n.TP\n\\fB0\\fR\n", page)
                for option in options_of(words):
                    self.assertIn(f"\\fB{option}\\fR", page)
                below = [other[-1] for other in self.commands if other[:-1] == words and other]
                for name in below:
                    self.assertIn(f".TP\n\\fB{name}\\fR\n", page)

    @unittest.skipUnless(shutil.which("mandoc"), "no mandoc here")
    def test_pages_are_well_formed(self):
        pages = sorted((self.folder / "man1").iterdir())
        run = subprocess.run(["mandoc", "-Tlint", "-Wwarning", *pages], capture_output=True, text=True)
        # The page of a build that can be repeated has no date.
        self.assertEqual([line for line in run.stdout.splitlines() if "missing date" not in line], [])

    def complete(self, *words):
        """What bash offers for the last word."""
        script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _outspan 2>&1; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        run = subprocess.run(["bash", "--norc", "-c", script, "bash", self.folder / "bash" / "outspan", "outspan", *words],
                             capture_output=True, text=True, cwd=self.folder)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        return run.stdout.split()

    def test_bash_completes_every_command_and_option(self):
        for words in self.commands:
            with self.subTest(" ".join(words)):
                self.assertEqual(self.complete(*words, "-"), options_of(words))
                below = [other[-1] for other in self.commands if other and other[:-1] == words]
                if below:
                    self.assertEqual(self.complete(*words, ""), below)

    def test_bash_completes_what_an_option_takes(self):
        (self.folder / "outspan files").mkdir()
        (self.folder / "table.csv").touch()
        rows = (
            ("the beginning of a command", ["repl"], ["replay"]),
            ("several", ["re"], ["replay", "reload", "report"]),
            ("a command below", ["fingerprint", "u"], ["update"]),
            ("after an option and its value", ["replay", "--format", "json", "--wor"], ["--workers"]),
            ("a format", ["replay", "--format", "o"], ["ocsf"]),
            ("with an equals sign, which bash makes a word", ["replay", "--format", "=", "l"], ["leef"]),
            ("nothing yet after an equals sign", ["events", "--severity", "="], ["low", "medium", "high", "critical"]),
            ("an interface", ["live", "-i", "l"], ["lo"]),
            ("a user", ["live", "--user", "nobod"], ["nobody"]),
            ("a file as an option's value", ["replay", "-c", "tab"], ["table.csv"]),
            ("a file as an argument", ["config", "check", "tab"], ["table.csv"]),
            ("a folder", ["live", "--state", "ma"], ["man1"]),
            ("no file where a number is wanted", ["replay", "-w", "t"], []),
            ("no command twice", ["config", "config", ""], ["check", "show", "init"]),
        )
        for name, words, expected in rows:
            with self.subTest(name):
                self.assertEqual([word for word in self.complete(*words) if word in expected or name != "an interface"], expected)

    def test_every_format_that_is_offered_is_one(self):
        for name in self.complete("replay", "--format", ""):
            code, _, err = harness.run("replay", "--format", name, harness.PCAPS / "support-export.pcap")
            self.assertEqual(code, 0, err)

    @unittest.skipUnless(shutil.which("zsh"), "no zsh here")
    def test_zsh_reads_its_script(self):
        run = subprocess.run(["zsh", "-n", self.folder / "zsh" / "_outspan"], capture_output=True, text=True)
        self.assertEqual((run.returncode, run.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
