#!/usr/bin/env python3
"""Runs all the mutants that cargo-mutants lists for a crate, in minutes.

To build the crate anew for each mutant takes hours. Here most of them are built at once, each as a branch that an environment
variable takes: `a < b` becomes `(if mutation::is(7) { a <= b } else { a < b })`. A mutant that cannot be built as a branch
because its types do not fit cannot be built at all, and says nothing. Those that are no branches (in constants and macros, of
struct fields, and of functions that return `impl Trait`) are left to cargo-mutants itself.

Usage: mutants.py CRATE WORK. CRATE is a crate whose tests are in its library, as .ci/mutants.sh makes it. It needs
tree_sitter and tree_sitter_rust from PyPI, and cargo-mutants. It prints the counts and what no test noticed.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import tree_sitter_rust
from tree_sitter import Language, Parser

parser = Parser(Language(tree_sitter_rust.language()))
IS = "crate::mutation::is"
TAG = re.compile(r"/\*M(\d+)\*/")
SWITCH = """
pub mod mutation {
    use std::sync::LazyLock;
    static ACTIVE: LazyLock<u32> =
        LazyLock::new(|| std::env::var("MUTANT").ok().and_then(|n| n.parse().ok()).unwrap_or(0));
    #[inline]
    pub fn is(number: u32) -> bool {
        *ACTIVE == number
    }
}
"""
# Which tests are run, one group after the other until one fails: the fast ones first.
GROUPS = [
    ["acd_states"],
    ["acd::", "--skip", "acd::tapi"],
    ["acd_reference", "--skip", "the_random_sequences_have_what_is_hard_in_them"],
    ["acd::tapi"],
    ["tapi_dispatch", "tapi_bytes"],
    ["tapi3"],
]
SECONDS = 60


def offsets(text):
    starts, at = [], 0
    for line in text.split("\n"):
        starts.append(at)
        at += len(line.encode()) + 1
    lines = text.split("\n")
    return lambda p: starts[p["line"] - 1] + len(lines[p["line"] - 1][: p["column"] - 1].encode())


def smallest(node, start, end, wanted):
    found = None
    while node is not None:
        if wanted(node):
            found = node
        node = next((c for c in node.children if c.start_byte <= start and end <= c.end_byte), None)
    return found


def is_const(function):
    return any(c.type == "function_modifiers" and b"const" in c.text for c in function.children)


def in_const(node):
    while node is not None:
        if node.type in ("const_item", "static_item", "array_type", "enum_variant", "const_block", "attribute_item"):
            return True
        if node.type == "function_item" and is_const(node):
            return True
        node = node.parent
    return False


def write_branches(crate, listed, without, out):
    """Writes the sources with the branches; returns the name of each by its number."""
    numbers, by_file = {}, {}
    for number, mutant in enumerate(listed, 1):
        by_file.setdefault(mutant["file"], []).append((number, mutant))
    for file, mutants in by_file.items():
        text = (crate / file).read_text()
        source = text.encode()
        at = offsets(text)
        root = parser.parse(source).root_node
        special = {}
        for number, mutant in mutants:
            if mutant["name"] in without:
                continue
            start, end, genre, new = at(mutant["span"]["start"]), at(mutant["span"]["end"]), mutant["genre"], mutant["replacement"]
            node = None
            if genre == "FnValue":
                node = smallest(root, start, end, lambda n: n.type == "block" and n.parent.type == "function_item" and n.start_byte < start)
                if node is not None and is_const(node.parent):
                    node = None
            elif genre == "BinaryOperator":
                node = smallest(root, start, end, lambda n: n.type in ("binary_expression", "compound_assignment_expr")
                                and n.child_by_field_name("operator") is not None and n.child_by_field_name("operator").start_byte == start)
            elif genre == "UnaryOperator":
                node = smallest(root, start, start + 1, lambda n: n.type == "unary_expression" and n.start_byte == start)
            elif genre == "MatchArm":
                node = smallest(root, start, end, lambda n: n.type == "match_arm" and n.start_byte <= start and n.end_byte >= end - 1)
            elif genre == "MatchArmGuard":
                node = smallest(root, start, end, lambda n: n.start_byte == start and n.end_byte == end)
            if node is None or in_const(node):
                continue
            special.setdefault(node.id, []).append((number, genre, new))
            numbers[number] = mutant["name"]

        def raw(node):
            return source[node.start_byte:node.end_byte].decode()

        def inner(node):
            if not node.children:
                return raw(node)
            parts, last = [], node.start_byte
            for child in node.children:
                parts.append(source[last:child.start_byte].decode())
                parts.append(gen(child))
                last = child.end_byte
            parts.append(source[last:node.end_byte].decode())
            return "".join(parts)

        def gen(node):
            result = inner(node)
            for number, genre, new in special.get(node.id, []):
                tag = f"\n/*M{number}*/"
                if genre == "FnValue":
                    result = "{" + f"{tag} if {IS}({number}) {{ return {new if new != '()' else ''}; }}\n" + result[1:]
                elif genre == "BinaryOperator":
                    operator = node.child_by_field_name("operator")
                    left = source[node.start_byte:operator.start_byte].decode()
                    right = source[operator.end_byte:node.end_byte].decode()
                    result = f"({tag} if {IS}({number}) {{ {left}{new}{right} }} else {{\n{result} }})"
                elif genre == "UnaryOperator":
                    operand = source[node.start_byte + 1:node.end_byte].decode()
                    result = f"({tag} if {IS}({number}) {{ {operand} }} else {{\n{result} }})"
                elif genre == "MatchArm":
                    pattern = node.child_by_field_name("pattern")
                    length = pattern.end_byte - node.start_byte
                    head, tail = inner(pattern), source[pattern.end_byte:node.end_byte].decode()
                    rest = "".join(
                        [source[(pattern.end_byte if i == 0 else kids[i - 1].end_byte):kid.start_byte].decode() + gen(kid) for i, kid in enumerate(kids)]
                    ) + source[(kids[-1].end_byte if kids else pattern.end_byte):node.end_byte].decode() if (kids := [c for c in node.children if c.start_byte >= pattern.end_byte]) else tail
                    condition = pattern.child_by_field_name("condition")
                    if condition is not None:
                        before = source[pattern.start_byte:condition.start_byte].decode()
                        result = f"{before}{tag} !{IS}({number}) && ({gen(condition)}) {rest}"
                    else:
                        result = f"{head}{tag} if !{IS}({number}) {rest}"
                elif genre == "MatchArmGuard":
                    result = f"({tag} if {IS}({number}) {{ {new} }} else {{\n{result} }})"
            return result

        target = out / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(gen(root))
    return numbers


def that_do_not_build(out, numbers):
    """The names of the branches that the compiler refuses."""
    check = ["cargo", "check", "--lib", "--message-format", "json"]
    run = subprocess.run(check, cwd=out, capture_output=True, text=True)
    refused = set()
    for line in run.stdout.splitlines():
        message = json.loads(line)
        if message.get("reason") != "compiler-message" or message["message"]["level"] != "error":
            continue
        for span in [span for span in message["message"]["spans"] if span["is_primary"]][:1]:
            lines = (out / span["file_name"]).read_text().split("\n")
            for number in range(span["line_start"] - 1, max(-1, span["line_start"] - 25), -1):
                if tags := TAG.findall(lines[number]):
                    refused.add(numbers[int(tags[-1])])
                    break
    if run.returncode != 0 and not refused:
        sys.exit("the branches do not build:\n" + run.stderr)
    return refused


def noticed(binary, out, number, name):
    """How the tests take a mutant."""
    groups = GROUPS[3:] if "src/acd/tapi" in name else GROUPS
    environment = os.environ | {
        "MUTANT": str(number),
        "PROPTEST_MAX_SHRINK_ITERS": "0",
        "RUST_BACKTRACE": "0",
        "RUST_TEST_THREADS": "1",
    }
    for group in groups:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        try:
            run = subprocess.run([binary, *group], env=environment, cwd=out, timeout=SECONDS, **quiet)
        except subprocess.TimeoutExpired:
            return "cut off"
        if run.returncode != 0:
            return "noticed"
    return "left"


def main():
    crate, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out = work / "branches"
    shutil.copytree(crate, out, ignore=shutil.ignore_patterns("target"), dirs_exist_ok=True)
    wanted = ["--file", "src/acd/**/*.rs"] + sys.argv[3:]
    listing = subprocess.run(["cargo", "mutants", "--list", "--json", *wanted], cwd=crate, capture_output=True, text=True, check=True)
    listed = json.loads(listing.stdout)
    library = (crate / "src/lib.rs").read_text()
    (out / "src/lib.rs").write_text("#![allow(warnings)]\n" + library + SWITCH)
    refused = set()
    while True:
        numbers = write_branches(crate, listed, refused, out)
        more = that_do_not_build(out, numbers)
        if not more:
            break
        refused |= more
    build = ["cargo", "test", "--lib", "--no-run", "--message-format", "json"]
    built = subprocess.run(build, cwd=out, capture_output=True, text=True, check=True)
    artifacts = [json.loads(line) for line in built.stdout.splitlines()]
    binary = next(artifact["executable"] for artifact in artifacts if artifact.get("executable"))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda item: noticed(binary, out, *item), numbers.items()))
    left = [name for name, result in zip(numbers.values(), results) if result == "left"]
    # What is no branch: cargo-mutants builds these one by one.
    names = set(numbers.values())
    rest = [m["name"] for m in listed if m["name"] not in names and (m["name"] not in refused or "std::iter" in m["name"])]
    print(f"{len(listed)} mutants: {len(numbers)} as branches, {len(listed) - len(names) - len(rest)} that do not build,", end=" ")
    print(f"{len(rest)} for cargo-mutants")
    for result in ("noticed", "cut off", "left"):
        print(f"{results.count(result)} branches {result}")
    print("\n".join(left))
    if rest:
        expression = "^(" + "|".join(re.escape(name).replace("\\ ", " ") for name in rest) + ")$"
        options = ["--no-shuffle", "--timeout", str(SECONDS), "--output", str(work), "--examine-re", expression]
        subprocess.run(["cargo", "mutants", *options, "--", "--lib"], cwd=crate)


main()
