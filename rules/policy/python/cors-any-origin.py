from fastapi.middleware.cors import CORSMiddleware
from flask_cors import CORS

# ruleid: cors-any-origin
CORS(app, origins="*")
# ruleid: cors-any-origin
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)
# ruleid: cors-any-origin
response.headers["Access-Control-Allow-Origin"] = "*"
# ok: cors-any-origin
CORS(app, origins=["https://example.com"])
# ok: cors-any-origin
app.add_middleware(CORSMiddleware, allow_origins=["https://example.com"])
