// ruleid: cors-any-origin-js
app.use(cors({ origin: "*", credentials: true }));
// ruleid: cors-any-origin-js
app.use(cors({ origin: true }));
// ruleid: cors-any-origin-js
res.setHeader("Access-Control-Allow-Origin", "*");
// ok: cors-any-origin-js
app.use(cors({ origin: "https://example.com" }));
// ok: cors-any-origin-js
res.setHeader("Access-Control-Allow-Origin", origin);
