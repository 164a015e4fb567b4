const express = require("express");

const app = express();
app.use(express.json({ limit: "100kb" }));

const notes = new Map();
let last = 0;

function clean(body) {
  const title = String(body.title ?? "").trim();
  if (title === "" || title.length > 100) return { error: "title must have 1 to 100 characters" };
  return { title, text: String(body.text ?? ""), changed: new Date().toISOString() };
}

app.get("/notes", (_request, response) => response.json([...notes.values()]));

app.get("/notes/:id", (request, response) => {
  const note = notes.get(Number(request.params.id));
  if (note === undefined) return response.status(404).json({ error: "no such note" });
  return response.json(note);
});

app.post("/notes", (request, response) => {
  const note = clean(request.body);
  if (note.error) return response.status(422).json(note);
  notes.set(++last, { id: last, ...note });
  return response.status(201).json(notes.get(last));
});

app.listen(3000, () => console.log("listening on port 3000"));
