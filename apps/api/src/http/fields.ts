import { z } from "zod";

/**
 * The building blocks of request schemas. Each field has one sentence for all invalid values, because people read it as a
 * problem's `detail`. The validator's own messages ("expected int to be <=9007199254740991") are not shown.
 */
export function wholeNumber(name: string, min: number, max: number, unit = "whole number") {
  const error = `${name} must be a ${unit} from ${inEnglish(min)} to ${inEnglish(max)}.`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

export const milliseconds = (name: string, min: number, max: number) =>
  wholeNumber(name, min, max, "whole number of milliseconds");

export const textLike = (pattern: RegExp, error: string) => z.string({ error }).regex(pattern, { error });

/** An object that has these fields and no others. */
export function onlyFields<Shape extends z.ZodRawShape>(shape: Shape, error: string) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? unknownFields(issue.keys as string[]) : error),
  });
}

/** The message for an invalid value whose field has no sentence. */
export const NOT_VALID = "This value is not valid.";

/** @throws ZodError, which `toShopError` turns into INVALID_REQUEST. */
export const checkInput = <S extends z.ZodType>(schema: S, input: unknown): z.output<S> =>
  schema.parse(input, { error: () => NOT_VALID });

const NAME_SHOWN = 40;

function unknownFields(names: readonly string[]): string {
  const [first = ""] = names;
  const name = first.length > NAME_SHOWN ? `${first.slice(0, NAME_SHOWN)}…` : first;
  const more = names.length > 1 ? ` and ${names.length - 1} more` : "";
  return `The request has a field that is not known here: “${name}”${more}.`;
}

const inEnglish = (value: number) => value.toLocaleString("en");
