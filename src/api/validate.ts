/** Requests, and in tests responses, against openapi.json, which is openapi.yaml: the specification that ships is the one that is enforced. */
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import express, { type Request, type RequestHandler } from "express";
import { middleware } from "express-openapi-validator";
import { sendProblem } from "./problem.ts";

type BodySchemas = { readonly content: { readonly "application/json": { readonly schema: object } } };
type Document = {
  readonly paths: Readonly<Record<string, { readonly post?: { readonly requestBody?: BodySchemas } }>>;
  readonly components: object;
};

export type Validators = {
  /** For the operations that submit code. */
  readonly hot: readonly RequestHandler[];
  readonly rest: readonly RequestHandler[];
  /** Comes first in every chain, so that answers given before the body is read are validated too; empty outside of tests. */
  readonly early: readonly RequestHandler[];
};

/** ajv takes digits beyond the largest number for infinity, and then for an integer without bounds. */
const refuseInfinite: RequestHandler = (request, response, next) => {
  const isInfinite = (value: unknown) =>
    (typeof value === "number" || /^[+-]?[\d.]+(e\+?\d+)?$/i.test(String(value))) && Math.abs(Number(value)) === Number.POSITIVE_INFINITY;
  const name = Object.keys(request.query).find((each) => isInfinite(request.query[each]));
  if (name === undefined) return next();
  return sendProblem(response, { status: 400, code: "request.invalid", detail: `query.${name}: is not a number that can be counted with` });
};

const HOT = ["/api/v1/enforce", "/api/v1/execute", "/api/v1/analyze"];
/** Headers that the specification describes: a request with one of them is looked at by the whole validator. */
const DESCRIBED_HEADERS = ["idempotency-key", "x-request-id", "x-trace-id", "traceparent"];

/**
 * Whether a submission is what nearly all are: a body that its schema accepts, no query, no header that has a schema. The
 * validator would let it through; its bookkeeping costs several times what checking the body does.
 */
export function plainSubmission(specification: Document): (request: Pick<Request, "path" | "url" | "headers" | "body">) => boolean {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: "spec", components: specification.components });
  const bodies = new Map(
    HOT.map((path) => {
      const schema = specification.paths[path]?.post?.requestBody?.content["application/json"].schema as { readonly $ref: string };
      return [path, ajv.compile({ $ref: `spec${schema.$ref}` })];
    }),
  );
  return ({ path, url, headers, body }) =>
    path === url && DESCRIBED_HEADERS.every((name) => headers[name] === undefined) && bodies.get(path)?.(body) === true;
}

/** Compiling the specification is a fourth of a start: servers of one process share what comes of it. */
const made = new Map<string, Validators>();

export function createValidators(specFile: string, validateResponses: boolean): Validators {
  const key = `${validateResponses}|${specFile}`;
  const validators = made.get(key) ?? makeValidators(specFile, validateResponses);
  made.set(key, validators);
  return validators;
}

function makeValidators(specFile: string, validateResponses: boolean): Validators {
  const specification = JSON.parse(readFileSync(specFile, "utf8")) as Document;
  const build = (what: "requests" | "responses"): readonly RequestHandler[] => {
    // A copy each time: the validator rewrites the document that it is given.
    const options = {
      apiSpec: structuredClone(specification),
      validateApiSpec: false,
      validateRequests: what === "requests" && { allowUnknownQueryParameters: false, coerceTypes: false, allErrors: true },
      validateResponses: what === "responses",
      // Keys are checked before the body is read.
      validateSecurity: false,
      fileUploader: false,
    };
    return middleware(options as unknown as Parameters<typeof middleware>[0]) as unknown as readonly RequestHandler[];
  };
  const whole = express.Router().use(...build("requests"));
  const isPlain = validateResponses ? () => false : plainSubmission(specification);
  return {
    hot: [(request, response, next) => (isPlain(request) ? next() : whole(request, response, next))],
    rest: [whole, refuseInfinite],
    early: validateResponses ? build("responses") : [],
  };
}
