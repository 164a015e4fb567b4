import os

# ruleid: flask-secret-in-code
app.secret_key = "development key"
# ruleid: flask-secret-in-code
app.config["SECRET_KEY"] = "development key"
# ruleid: flask-secret-in-code
app.config.update(DEBUG=False, SECRET_KEY="development key")
# ok: flask-secret-in-code
app.secret_key = os.environ["SECRET_KEY"]
# ok: flask-secret-in-code
app.config["SECRET_KEY"] = load_key()
