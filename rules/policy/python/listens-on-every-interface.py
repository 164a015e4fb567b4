import uvicorn

# ruleid: listens-on-every-interface
sock.bind(("0.0.0.0", 80))
# ruleid: listens-on-every-interface
uvicorn.run(app, host="0.0.0.0", port=80)
# ruleid: listens-on-every-interface
sock.bind(("", port))
# ok: listens-on-every-interface
sock.bind(("127.0.0.1", 80))
# ok: listens-on-every-interface
uvicorn.run(app, host="127.0.0.1")
