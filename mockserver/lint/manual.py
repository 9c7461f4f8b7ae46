"""The rules as a page of Markdown: `docs/lint-rules.md`."""

from mockserver.lint.rule import Rule, all_rules
from mockserver.lint.source import Kind

HEAD = """\
# Rules of `mockserver lint`

Written by `mockserver lint --list-rules`. How a rule is switched off or a finding waived: [linting.md](linting.md).
Examples of documents leave out `openapi`, `info` and empty `paths`.
"""
ABOUT = {
    Kind.OWN: "In this tool's own documents only.",
    Kind.REGISTER: "In clause registers.",
    Kind.FIXTURE: "In fixtures.",
}


def page() -> str:
    """Write the page."""
    rules = all_rules().values()
    rows = [f"| [{each.rule_id}](#{each.rule_id}) | {each.severity} | {each.holds} |" for each in rules]
    table = "\n".join(["| rule | severity | what holds |", "|---|---|---|", *rows])
    return "\n".join([HEAD, table, *map(_section, rules)])


def _section(rule: Rule) -> str:
    kind = rule.kinds[0]
    about = f" {ABOUT[kind]}" if kind in ABOUT else ""
    shown = f"Good:\n\n```yaml\n{rule.good}```\n\nBad:\n\n```yaml\n{rule.bad}```"
    return f"\n## {rule.rule_id}\n\n{rule.holds} *{rule.severity}.*{about}\n\n{rule.reason}\n\n{shown}"
