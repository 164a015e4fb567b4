/** What abstract values look like in memory. */
/** All values get the same fields in the same order, so that reading a field of any of them is one load from a known place. */
export function cell<V extends object>(v: V): V {
  const all = v as Partial<Record<string, unknown>>;
  return {
    k: all.k,
    id: all.id,
    labels: all.labels,
    type: all.type,
    value: all.value,
    float: all.float,
    path: all.path,
    instance: all.instance,
    cause: all.cause,
    derived: all.derived,
    mayCall: all.mayCall,
    addr: all.addr,
    of: all.of,
    parts: all.parts,
    bytes: all.bytes,
    module: all.module,
    fn: all.fn,
    env: all.env,
    self: all.self,
    receiver: all.receiver,
    name: all.name,
    callee: all.callee,
    args: all.args,
  } as unknown as V;
}
