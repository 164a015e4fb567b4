import json

TYPES = {"string": str, "number": (int, float), "boolean": bool, "object": dict, "array": list}


def problems(value, schema, path="$"):
    kind = schema.get("type")
    if kind and not isinstance(value, TYPES[kind]):
        yield f"{path}: expected {kind}, got {type(value).__name__}"
        return
    if kind == "object":
        for name in schema.get("required", []):
            if name not in value:
                yield f"{path}: `{name}` is missing"
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield from problems(value[name], inner, f"{path}.{name}")
    if kind == "array":
        for index, item in enumerate(value):
            yield from problems(item, schema.get("items", {}), f"{path}[{index}]")
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: must be one of {', '.join(map(str, schema['enum']))}"


with open("schema.json", encoding="utf-8") as schema_file, open("order.json", encoding="utf-8") as data_file:
    found = list(problems(json.load(data_file), json.load(schema_file)))
print("\n".join(found) or "valid")
