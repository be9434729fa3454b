import { existsSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { FOLDER_BYTES_MAX, readFolder } from '../demo/folder.ts';
import { tellStory } from '../demo/story.ts';
import { bytes } from '../output/table.ts';

const HELP = `holdfast demo: days of backups in minutes, a region lost, everything failed over, compared and brought home

  --data <folder>   protect these files (default: an installed package of this project)
  --days <n>        days to live through before the region is lost, 1 to 90 (default 3)
  --seed <n>        fixes everything: the same seed tells the same story (default 1)`;

const DEFAULT_FOLDER = 'node_modules/@aws-sdk/client-ec2';
const DAYS_MAX = 90;

/** @returns the process's exit code: 0 all equal, 1 something differed, 2 the command makes no sense */
export async function demo(
  args: readonly string[],
  say: (line: string) => void,
  complain: (line: string) => void,
): Promise<number> {
  const values = read(args);
  if (typeof values === 'string') {
    complain(`${values}; "npm run demo -- --help" shows what it takes`);
    return 2;
  }
  if (values.help) {
    say(HELP);
    return 0;
  }
  const data = values.data ?? DEFAULT_FOLDER;
  const days = wholeNumber(values.days ?? '3');
  const seed = wholeNumber(values.seed ?? '1');
  const wrong = whatIsWrong(data, days, seed, values);
  if (wrong) {
    complain(wrong);
    return 2;
  }
  const folder = readFolder(data);
  if (folder.bytes > FOLDER_BYTES_MAX) {
    complain(
      `${data} holds ${bytes(folder.bytes)}; the demo keeps objects in memory and takes at most ${bytes(FOLDER_BYTES_MAX)}: choose a smaller folder with --data`,
    );
    return 2;
  }
  say(
    `Holdfast, ${days === 1 ? 'one day' : `${days} days`} in an embedded cloud, seed ${seed}. Nothing leaves this machine.`,
  );
  for (const line of folder.leftOut) say(`left out: ${line}`);
  say('');
  const terminal = process.stderr.isTTY;
  const progress = (line: string) => void (terminal && process.stderr.write(`\r\x1b[K${line}`));
  const sound = await tellStory({
    folder,
    folderName: data,
    days,
    seed,
    progress,
    say: (line) => {
      if (terminal) process.stderr.write('\r\x1b[K');
      say(line);
    },
  });
  return sound ? 0 : 1;
}

interface Values {
  readonly data?: string | undefined;
  readonly days?: string | undefined;
  readonly seed?: string | undefined;
  readonly help?: boolean | undefined;
}

/** The options, or what is wrong with them in Node's words, which name the option. */
function read(args: readonly string[]): Values | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        days: { type: 'string' },
        seed: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    return values;
  } catch (error) {
    return (error as Error).message;
  }
}

/** NaN for anything else: "" and "0x10" are numbers to JavaScript and to nobody who types them. */
const wholeNumber = (text: string): number => (/^-?\d+$/.test(text) ? Number(text) : Number.NaN);

function whatIsWrong(data: string, days: number, seed: number, given: Values): string | undefined {
  if (!existsSync(data)) return `--data takes a folder; received ${quoted(data)}, which does not exist`;
  if (!statSync(data).isDirectory())
    return `--data takes a folder; received ${quoted(data)}, which is a file`;
  if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX)
    return `--days takes a whole number from 1 to ${DAYS_MAX}; received ${quoted(given.days)}`;
  if (!Number.isSafeInteger(seed)) return `--seed takes a whole number; received ${quoted(given.seed)}`;
  return undefined;
}

const quoted = (received: string | undefined): string => JSON.stringify(received);
