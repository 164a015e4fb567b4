/** Scripts that are compiled first and run later, in a context of their own or in this one. */
export const NODE_VM = `
class Script {
  constructor(code) { this.code = code; }
  runInThisContext() { return require("vm").runInThisContext(this.code); }
  runInNewContext(context) { return require("vm").runInNewContext(this.code, context); }
  runInContext(context) { return require("vm").runInContext(this.code, context); }
  createCachedData() {}
}
class SourceTextModule {
  constructor(code, options) { this.code = code; this.context = options?.context; }
  link() {}
  evaluate() { return require("vm").runInContext(this.code, this.context); }
}
`;
