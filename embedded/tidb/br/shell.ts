import { NotModelled } from '../../service.ts';

const SHELLS = ['sh', '/bin/sh', 'bash', '/bin/bash'];
const WRITE = /^printf '%s' "\$([A-Za-z_][A-Za-z0-9_]*)" > (\/[\w./-]+)$/;
const EXEC = /^exec (\S+) "\$@"$/;

export interface Started {
  readonly argv: readonly string[];
  readonly files: ReadonlyMap<string, string>;
}

/**
 * What the container's argv comes down to: the tool by itself, or a shell that writes files from its environment and
 * then becomes the tool: `printf '%s' "$NAME" > /path && … && exec /br "$@"`. Throws at any other script: it would
 * have to be run to know what it does.
 */
export function startedBy(argv: readonly string[], environment: Readonly<Record<string, string>>): Started {
  const [program = '', flag, script, ...rest] = argv;
  if (!SHELLS.includes(program)) return { argv, files: new Map() };
  if (flag !== '-c' || script === undefined)
    throw new NotModelled('tidb', `the shell call ${argv.join(' ')}`);
  const files = new Map<string, string>();
  const steps = script.split('&&').map((step) => step.trim());
  const [, tool] = EXEC.exec(steps.pop()!) ?? [];
  if (tool === undefined) throw new NotModelled('tidb', `a script that does not end in exec: ${script}`);
  for (const step of steps) {
    const [, name, path] = WRITE.exec(step) ?? [];
    if (name === undefined || path === undefined) throw new NotModelled('tidb', `the shell command ${step}`);
    files.set(path, environment[name] ?? '');
  }
  // The first word after the script is the shell's own name, `$0`.
  return { argv: [tool, ...rest.slice(1)], files };
}
