/** A number beyond this loses digits in `JSON.parse`; TSOs have 18. */
const SAFE_DIGITS = 15;

/**
 * `JSON.parse` for what carries integers of 64 bits: those that are too long for a number come as decimal text. Texts and
 * fractions are left as they are.
 * @throws SyntaxError when it is no JSON
 */
export const parseBigJson = (text: string): unknown =>
  JSON.parse(
    text.replace(TOKENS, (token, quoted: string | undefined) =>
      quoted === undefined && INTEGER.test(token) && token.length > SAFE_DIGITS ? `"${token}"` : token,
    ),
  );

/** A text with its escapes, or a number in whatever form. */
const TOKENS = /("(?:[^"\\]|\\.)*")|-?\d[\d.eE+-]*/g;
const INTEGER = /^-?\d+$/;
