// ruleid: hard-coded-secret-js
const apiKey = "k2J8sQ91mZpL0x";
// ruleid: hard-coded-secret-js
const options = { user: "app", password: "tr0ub4dor&3" };
// ruleid: hard-coded-secret-js
this.clientSecret = "9f8e7d6c5b4a";
// ok: hard-coded-secret-js
const apiKey = process.env.API_KEY;
// ok: hard-coded-secret-js
const password = "changeme-please";
// ok: hard-coded-secret-js
const label = { password: "Password" + suffix };
