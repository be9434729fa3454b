/** What the commands of the simulation share: reading what was typed, and saying what was typed wrongly. */

/** Runs a command: its exit code, or 2 with one line for what was typed wrongly. */
export async function command(name: string, main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof TypeError && 'code' in error)) throw error;
    console.error(`${error.message}; "npm run ${name} -- --help" shows what it takes`);
    process.exitCode = 2;
  }
}

/** @throws RangeError for anything else */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most))
    throw new RangeError(
      `--${option} takes a whole number from ${least} to ${most}; received ${JSON.stringify(text)}`,
    );
  return number;
}

/** @throws RangeError for anything else */
export function positive(option: string, text: string): number {
  const number = Number(text);
  if (!(number > 0))
    throw new RangeError(`--${option} takes a number above 0; received ${JSON.stringify(text)}`);
  return number;
}

/**
 * Reads names with commas between them.
 *
 * @throws RangeError for one that is not known
 */
export function among<Name extends string>(
  option: string,
  text: string,
  names: readonly Name[],
): readonly Name[] {
  return text.split(',').map((word) => {
    const name = names.find((one) => one === word);
    if (!name)
      throw new RangeError(`--${option} takes ${names.join(', ')}; received ${JSON.stringify(word)}`);
    return name;
  });
}
