const app = require("express")();
const escapeHtml = require("escape-html");

app.get("/hello", (req, res) => {
  const name = req.query.name;
  // ruleid: request-into-markup-js
  res.send("<h1>Hello " + name + "</h1>");
  // ruleid: request-into-markup-js
  res.send(greeting(name));
  // ok: request-into-markup-js
  res.send("<h1>Hello " + escapeHtml(name) + "</h1>");
  // ok: request-into-markup-js
  res.json({ name });
  // ok: request-into-markup-js
  res.render("hello", { name });
});

function greeting(name) {
  return `<h1>Hello ${name}</h1>`;
}

function show() {
  const wanted = decodeURIComponent(location.hash.slice(1));
  // ruleid: request-into-markup-js
  document.getElementById("title").innerHTML = wanted;
  // ok: request-into-markup-js
  document.getElementById("title").textContent = wanted;
  // ok: request-into-markup-js
  document.getElementById("title").innerHTML = DOMPurify.sanitize(wanted);
}
