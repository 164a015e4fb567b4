/** One row of the route table. */
import type { RequestHandler } from "express";

export type Route = readonly [method: "get" | "post" | "put" | "delete", path: string, chain: readonly RequestHandler[]];
