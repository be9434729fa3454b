import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ALERTS, EVENT_NAMES } from '../../core/catalog/events.ts';
import { RUNBOOK_OF } from '../../core/catalog/runbooks.ts';
import { RUNBOOKS } from '../../lib/monitoring/runbooks.ts';

const read = (page: string): string => readFileSync(page, 'utf8');

describe('runbooks', () => {
  test.each([...ALERTS, 'ApprovalAsked'] as const)(
    '%s, which a person is sent, has a page that names it',
    (name) => {
      const page = RUNBOOK_OF[name];
      expect(page).toBeDefined();
      expect(existsSync(page!), page).toBe(true);
      expect(read(page!)).toContain(`\`${name}\``);
    },
  );

  test.each(Object.values(RUNBOOKS))('%s, which an alarm leads to, is there', (page) => {
    expect(existsSync(page)).toBe(true);
  });

  test('say what to do', () => {
    const pages = globSync('docs/runbooks/*.md').sort();
    expect(pages.length).toBeGreaterThan(25);
    for (const page of pages) {
      expect(read(page), page).toMatch(/^# \S/);
      expect(read(page), page).toMatch(/what to do|^\d\. |^- /im);
    }
  });

  test('are named in the code only where they exist', () => {
    const named = globSync('{core,lambdas,adapters,lib,cli,workflows}/**/*.ts').flatMap((file) =>
      [...read(file).matchAll(/docs\/runbooks\/[a-z-]+\.md/g)].map(([page]) => ({ file, page })),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ page }) => !existsSync(page))).toEqual([]);
  });

  test('are of events that there are', () => {
    expect(Object.keys(RUNBOOK_OF).filter((name) => !EVENT_NAMES.includes(name as never))).toEqual([]);
  });
});
