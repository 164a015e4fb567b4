const app = require("express")();
const pages = new Set(["/home", "/help"]);

app.get("/login", (req, res) => {
  const target = req.query.next;
  // ruleid: redirect-to-request-js
  res.redirect(target);
  // ruleid: redirect-to-request-js
  res.redirect(302, target || "/");
  // ok: redirect-to-request-js
  res.redirect("/users/" + target);
  // ok: redirect-to-request-js
  res.redirect(`https://example.com/${target}`);
  // ok: redirect-to-request-js
  res.redirect("https://example.com/?next=" + encodeURIComponent(target));
  if (pages.has(target)) {
    // ok: redirect-to-request-js
    res.redirect(target);
  }
  // ok: redirect-to-request-js
  res.redirect("/home");
});

function send(res, target) {
  // ok: redirect-to-request-js
  res.redirect(target);
}
