"""Runs programs for real, each in a namespace of its own, and says with what each called sink(). Programs come as JSON on the input."""
import io
import json
import sys

# What programs print is nobody's business.
answer, sys.stdout = sys.stdout, io.StringIO()
out = []
for code in json.load(sys.stdin):
    values, failure = [], None
    try:
        exec(compile(code, "program", "exec"), {"__name__": "__main__", "sink": values.append})
    except BaseException as problem:
        failure = repr(problem)
    out.append({"values": values, "failure": failure})
json.dump(out, answer)
