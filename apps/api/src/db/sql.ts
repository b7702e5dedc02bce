import { createHash } from "node:crypto";
import type pg from "pg";

/** A statement with its parameters, as `pg` takes it. `name` makes it a prepared statement of its connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

/** Runs single statements: a pool, each on any connection, or a transaction. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(statement: Statement): Promise<pg.QueryResult<Row>>;
}

/**
 * Builds a statement from a template whose values become parameters. A value that is a statement itself is inserted with
 * its parameters.
 */
export function sql(strings: TemplateStringsArray, ...values: unknown[]): Statement {
  const known = texts.get(strings);
  if (known) return { ...known, values };
  const parameters: unknown[] = [];
  const text = append(strings, values, parameters);
  const statement = { name: nameOf(text), text };
  // The text depends on the template alone, unless another statement was inserted.
  if (!values.some(isStatement)) texts.set(strings, statement);
  return { ...statement, values: parameters };
}

const texts = new WeakMap<TemplateStringsArray, Omit<Statement, "values">>();

/** A fragment of SQL that is inserted as it is. */
export const raw = (text: string): Statement => ({ name: "", text, values: [] });

function append(strings: readonly string[], values: readonly unknown[], parameters: unknown[]): string {
  let text = strings[0] ?? "";
  for (const [index, value] of values.entries()) {
    if (isStatement(value)) {
      const shift = parameters.length;
      text += value.text.replaceAll(/\$(\d+)/g, (_, number) => `$${Number(number) + shift}`);
      parameters.push(...value.values);
    } else {
      text += `$${parameters.push(value)}`;
    }
    text += strings[index + 1];
  }
  return text;
}

const isStatement = (value: unknown): value is Statement =>
  typeof value === "object" && value !== null && "text" in value && "values" in value;

const names = new Map<string, string>();

/**
 * Every statement is a named one, so that each connection parses and plans it once. The name is a hash of the text, the
 * same in every process: a connection pooler may pass a server connection from one process to another.
 */
function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash("sha256").update(text).digest("hex").slice(0, 24);
    names.set(text, name);
  }
  return name;
}

/**
 * A column of values as one array parameter, written as PostgreSQL's array literal: faster than the driver's own
 * formatting, which inspects each value several times. Arrays of unequal length can only be sent as texts in an array.
 */
export const array = (values: readonly (string | number | bigint | null)[]): string =>
  `{${values.map(element).join()}}`;

const element = (value: string | number | bigint | null) =>
  typeof value === "string" ? `"${value.replaceAll(/["\\]/g, "\\$&")}"` : String(value);
