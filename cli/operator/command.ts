import { parseArgs } from 'node:util';
import { HoldfastError, InvalidConfiguration, InvalidInput, reasonOf } from '../../core/errors/registry.ts';
import type { Installation } from '../../core/plan/installation.ts';
import { listProblems } from '../../core/plan/problem.ts';
import { validate } from '../../core/plan/validate.ts';
import { deskIn } from './desk-in.ts';
import { type Answer, type Operator, regionsOf, type Surroundings } from './operator.ts';
import { recordsIn } from './records-in.ts';
import { starterIn } from './starter-in.ts';

export const EXIT = { ok: 0, refused: 1, usage: 2 } as const;

/** What was typed behind the command's name. */
export interface Request {
  readonly operands: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
}

interface Definition {
  readonly name: string;
  readonly help: string;
  /** How many operands it takes, from and to. */
  readonly operands: readonly [number, number];
  readonly options: Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;
  readonly work: (request: Request, operator: Operator) => Promise<Answer>;
}

export type OperatorCommand = (
  args: readonly string[],
  surroundings: Surroundings,
  say: (line: string) => void,
  complain: (line: string) => void,
) => Promise<number>;

/**
 * What all operators' commands share: options, configuration, output and exit codes. The objectives' gate is left to
 * the deployment: a plan that breaks its promise must not keep anyone from placing a hold.
 */
export const command =
  ({ name, help, operands, options, work }: Definition): OperatorCommand =>
  async (args, surroundings, say, complain) => {
    let json = false;
    try {
      const request = read(args, { ...options, json: { type: 'boolean' }, help: { type: 'boolean' } });
      json = request.values['json'] === true;
      if (request.values['help']) {
        say(help);
        return EXIT.ok;
      }
      const [fewest, most] = operands;
      const given = request.operands.length;
      if (given < fewest || given > most) throw new InvalidInput(takes(operands, request.operands));
      const answer = await work(request, await operatorOf(surroundings, request));
      for (const line of json ? [JSON.stringify(answer.json, undefined, 2)] : answer.lines) say(line);
      return answer.code ?? EXIT.ok;
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.family === 'defect') throw error;
      const usage = error instanceof InvalidInput;
      if (json) say(JSON.stringify({ refused: reasonOf(error) }, undefined, 2));
      complain(
        usage
          ? `${error.message}; "holdfast ${name} --help" shows what it takes`
          : `${error.name}: ${error.message}`,
      );
      return usage ? EXIT.usage : EXIT.refused;
    }
  };

function read(args: readonly string[], options: Definition['options']): Request {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { operands: positionals, values: values as Request['values'] };
  } catch (error) {
    // Node's words name the option.
    throw new InvalidInput((error as Error).message, {}, { cause: error });
  }
}

function takes([fewest, most]: readonly [number, number], given: readonly string[]): string {
  const number = most === 0 ? 'no operand' : fewest === most ? `${most} operand` : `at most ${most} operand`;
  return `it takes ${number}; received ${given.length === 0 ? 'none' : JSON.stringify(given)}`;
}

async function operatorOf(surroundings: Surroundings, { values }: Request): Promise<Operator> {
  const installation = validate(await surroundings.config());
  if (Array.isArray(installation)) throw new InvalidConfiguration(listProblems(installation));
  const region = regionOf(installation, values['region'], surroundings.environment['AWS_REGION']);
  const {
    catalog,
    records = recordsIn,
    desk = deskIn,
    starter = starterIn,
    vault,
    newestReceipt,
  } = surroundings;
  return {
    installation,
    region,
    now: surroundings.now(),
    catalog,
    records,
    desk,
    starter,
    vault,
    newestReceipt,
  };
}

/** A shell's AWS_REGION may be about something else; what was typed may not. */
function regionOf(installation: Installation, asked: unknown, ambient: string | undefined): string {
  const regions = regionsOf(installation);
  if (asked === undefined)
    return ambient !== undefined && regions.includes(ambient) ? ambient : installation.regions.primary;
  if (!regions.includes(String(asked)))
    throw new InvalidInput(
      `--region is ${JSON.stringify(asked)}, and this installation is in ${regions.join(', ')}`,
    );
  return String(asked);
}

/** The value of an option that has to be there. */
export function required({ values }: Request, option: string, what: string): string {
  const value = values[option];
  if (typeof value !== 'string' || value.trim() === '')
    throw new InvalidInput(
      `--${option} takes ${what}; received ${value === undefined ? 'nothing' : JSON.stringify(value)}`,
    );
  return value;
}
