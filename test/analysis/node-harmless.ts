/**
 * Functions of Node's own modules that reach nothing outside the program: they compute, format, wait, or work on what another
 * function has opened. A class stands with its methods; `*` stands for all that an owner has.
 */
const names = (text: string): readonly string[] => text.split(/\s+/).filter((name) => name !== "");
const ALL = ["*"];

export const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  // Computing, formatting, waiting.
  async_hooks: ALL,
  "async_hooks.AsyncLocalStorage": ALL,
  "async_hooks.AsyncResource": ALL,
  buffer: ALL,
  "buffer.Blob": ALL,
  "buffer.Buffer": ALL,
  "buffer.File": ALL,
  diagnostics_channel: ALL,
  "diagnostics_channel.Channel": ALL,
  domain: ALL,
  "domain.Domain": ALL,
  events: ALL,
  "events.EventEmitter": ALL,
  "events.EventEmitterAsyncResource": ALL,
  path: ALL,
  perf_hooks: ALL,
  ...Object.fromEntries(
    names(
      "Performance PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserver PerformanceObserverEntryList PerformanceResourceTiming",
    ).map((name) => [`perf_hooks.${name}`, ALL]),
  ),
  querystring: ALL,
  string_decoder: ALL,
  "string_decoder.StringDecoder": ALL,
  timers: names("clearTimeout clearImmediate clearInterval"),
  "timers/promises": ALL,
  trace_events: ALL,
  tty: ALL,
  "tty.ReadStream": ALL,
  "tty.WriteStream": ALL,
  util: ALL,
  "util.MIMEType": ALL,
  "util.MIMEParams": ALL,
  TextCodec: names("encodeInto"),
  zlib: ALL,

  // Keys and certificates in memory.
  crypto: names(`checkPrime checkPrimeSync createDecipheriv createDiffieHellman createDiffieHellmanGroup createECDH createPrivateKey
    createPublicKey createSecretKey diffieHellman getCiphers getCipherInfo getCurves getDiffieHellman getHashes privateDecrypt
    publicDecrypt getFips setFips encapsulate decapsulate Certificate Cipheriv Decipheriv DiffieHellman DiffieHellmanGroup ECDH Hash
    Hmac KeyObject Sign Verify X509Certificate secureHeapUsed`),
  ...Object.fromEntries(
    names("Certificate Cipheriv Decipheriv DiffieHellman DiffieHellmanGroup ECDH Hmac KeyObject Sign Verify X509Certificate").map(
      (name) => [`crypto.${name}`, ALL],
    ),
  ),

  // Streams and what is typed: what flows is followed where it is opened and where it ends.
  readline: ALL,
  "readline.Interface": ALL,
  "readline/promises": ALL,
  "readline/promises.Interface": ALL,
  "readline/promises.Readline": ALL,
  stream: ALL,
  ...Object.fromEntries(names("Readable Writable Duplex Transform PassThrough Stream").map((name) => [`stream.${name}`, ALL])),
  "stream/promises": names("finished"),
  "stream/web": ALL,
  ...Object.fromEntries(
    names(`ReadableStream ReadableStreamDefaultReader ReadableStreamBYOBReader ReadableStreamBYOBRequest ReadableByteStreamController
      ReadableStreamDefaultController TransformStreamDefaultController WritableStream WritableStreamDefaultWriter
      WritableStreamDefaultController`).map((name) => [`stream/web.${name}`, ALL]),
  ),

  // Directory entries that were read already.
  fs: names("Dirent Stats Dir"),
  "fs.Dirent": ALL,
  "fs.Dir": ALL,

  // Connections: who is talked to is told when they are made, what is said when it is written.
  "dgram.Socket": names(`bind bindSync connectSync disconnect close address remoteAddress setBroadcast setTTL setMulticastTTL
    setMulticastLoopback setMulticastInterface addMembership dropMembership addSourceSpecificMembership dropSourceSpecificMembership
    ref unref setRecvBufferSize setSendBufferSize getRecvBufferSize getSendBufferSize getSendQueueSize getSendQueueCount`),
  dns: names("getDefaultResultOrder setDefaultResultOrder setServers getServers"),
  "dns/promises": names("getDefaultResultOrder setDefaultResultOrder setServers getServers"),
  http: names(`Agent ClientRequest IncomingMessage OutgoingMessage ServerResponse validateHeaderName validateHeaderValue
    setMaxIdleHTTPParsers setGlobalProxyFromEnv`),
  "http.Agent": ALL,
  "http.ClientRequest": names("abort destroy onSocket setTimeout setNoDelay setSocketKeepAlive clearTimeout"),
  "http.IncomingMessage": ALL,
  "http.OutgoingMessage": ALL,
  "http.Server": ALL,
  "http.ServerResponse": ALL,
  http2: names("getDefaultSettings getPackedSettings getUnpackedSettings performServerHandshake Http2ServerRequest Http2ServerResponse"),
  "http2.Http2ServerRequest": ALL,
  "http2.Http2ServerResponse": ALL,
  https: names("Agent"),
  "https.Agent": ALL,
  "https.Server": ALL,
  net: names(`BoundSocket isIP isIPv4 isIPv6 getDefaultAutoSelectFamily setDefaultAutoSelectFamily
    getDefaultAutoSelectFamilyAttemptTimeout setDefaultAutoSelectFamilyAttemptTimeout`),
  "net.BoundSocket": ALL,
  "net.BlockList": ALL,
  "net.Server": ALL,
  "net.Socket": names(`setNoDelay setKeepAlive setTypeOfService getTypeOfService address resetAndDestroy pause resume read destroySoon
    ref unref disableRenegotiation renegotiate exportKeyingMaterial setMaxSendFragment setServername setSession getSession
    getPeerCertificate getCertificate getPeerX509Certificate getX509Certificate setKeyCert getCipher getSharedSigalgs
    getEphemeralKeyInfo getFinished getPeerFinished getProtocol getTLSTicket isSessionReused enableTrace`),
  tls: names(`getCiphers getCertificateCompressionAlgorithms getCACertificates setDefaultCACertificates convertALPNProtocols
    checkServerIdentity createSecureContext SecureContext`),
  "tls.Server": ALL,

  // The program itself, its children and threads.
  "child_process.ChildProcess": names("ref"),
  cluster: names("Worker disconnect"),
  "cluster.Worker": ALL,
  inspector: names("close url waitForDebugger"),
  os: names("setPriority"),
  "globalThis.process": names(`getActiveResourcesInfo threadCpuUsage constrainedMemory availableMemory ref unref openStdin
    setUncaughtExceptionCaptureCallback hasUncaughtExceptionCaptureCallback emitWarning setSourceMapsEnabled`),
  repl: names("writer Recoverable isValidSyntax"),
  "repl.REPLServer": ALL,
  sea: ALL,
  test: ALL,
  v8: ALL,
  "v8.Serializer": ALL,
  "v8.Deserializer": ALL,
  "v8.GCProfiler": ALL,
  vm: names("isContext measureMemory"),
  "vm.Script": ALL,
  "wasi.WASI": ALL,
  worker_threads: ALL,
  "worker_threads.MessagePort": ALL,
  "worker_threads.Worker": ALL,
  "worker_threads.BroadcastChannel": ALL,

  // A database that is open: its statements are judged where they are prepared.
  "db.Connection": names(`open function createTagStore location aggregate createSession applyChangeset enableLoadExtension
    enableDefensive serialize deserialize setAuthorizer`),
  sqlite: names("StatementSync Session"),
  "sqlite.StatementSync": ALL,
  "sqlite.Session": ALL,
};
