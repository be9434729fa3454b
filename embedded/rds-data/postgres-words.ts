import type { Trouble } from '../sql/failure.ts';

/** As PostgreSQL says it, with the state of its Appendix A; the Data API hands both on in one text. */
export function inPostgresWords(trouble: Trouble): string {
  const [message, state] = said(trouble);
  return `ERROR: ${message}; SQLState: ${state}`;
}

function said(trouble: Trouble): readonly [message: string, state: string] {
  switch (trouble.kind) {
    case 'syntax': {
      const word = /^\S+/.exec(trouble.near)?.[0];
      return [`syntax error at ${word === undefined ? 'end of input' : `or near "${word}"`}`, '42601'];
    }
    case 'no database selected':
      return ['no schema has been selected to create in', '3F000'];
    case 'no database':
      return [`schema "${trouble.database}" does not exist`, '3F000'];
    case 'no table':
      return [`relation "${trouble.database}.${trouble.table}" does not exist`, '42P01'];
    case 'no column':
      return [`column "${trouble.column}" does not exist`, '42703'];
    case 'database exists':
      return [`schema "${trouble.database}" already exists`, '42P06'];
    case 'table exists':
      return [`relation "${trouble.table}" already exists`, '42P07'];
    case 'duplicate key':
      return [
        `duplicate key value violates unique constraint "${trouble.table}_pkey" Detail: Key (${trouble.key})=(${trouble.value}) already exists.`,
        '23505',
      ];
    case 'columns differ':
      return ['INSERT has more expressions than target columns', '42601'];
  }
}
