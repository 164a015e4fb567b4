// ruleid: cookie-without-protection
res.cookie("id", id, { secure: false, path: "/" });
// ruleid: cookie-without-protection
res.cookie("id", id, { httpOnly: false });
// ruleid: cookie-without-protection
app.use(session({ secret, cookie: { maxAge: 1000, secure: false } }));
// ok: cookie-without-protection
res.cookie("id", id, { secure: true, httpOnly: true });
// ok: cookie-without-protection
app.use(session({ secret, cookie: { secure: true } }));
