from fastapi import FastAPI
from flask import request
from openai import OpenAI

app = FastAPI()
client = OpenAI()
RULES = "Answer from the documents only."


@app.post("/chat")
async def chat(persona: str, question: str):
    return client.chat.completions.create(
        model="m",
        messages=[
            # ruleid: request-into-system-prompt
            {"role": "system", "content": f"You are {persona}. {RULES}"},
            # ok: request-into-system-prompt
            {"role": "user", "content": question},
        ],
    )


def ask():
    words = int(request.args["words"])
    # ok: request-into-system-prompt
    client.responses.create(model="m", instructions=f"At most {words} words", input=request.args["question"])
    # ruleid: request-into-system-prompt
    return client.responses.create(model="m", instructions="Be " + request.form["tone"], input="hello")


def nightly(company):
    # ok: request-into-system-prompt
    return client.responses.create(model="m", instructions=f"You work for {company}", input="report")
