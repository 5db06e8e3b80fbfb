import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffLines } from './line-diff.ts';
import { mailPatch } from './patch.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 });

test('what stays and goes is what was there, what stays and comes is what is there', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const diff = diffLines(before, after);
      const side = (mark: string) =>
        diff.filter(line => line.mark === ' ' || line.mark === mark).map(({ text }) => text);
      expect(side('-')).toEqual(before);
      expect(side('+')).toEqual(after);
    }),
  );
});

test('a mail that says who, when and what', () => {
  const before = Array.from({ length: 20 }, (_, i) => `line ${i}\n`).join('');
  const files = [{ path: 'apps/web.yaml', before, after: before.replace('line 10\n', 'line ten\n') }];
  const mail = mailPatch({
    author: 'appdev',
    at: 1_795_253_161_000,
    subject: 'Accept\n it',
    body: 'Why.\n---\nx',
    files,
  });
  expect(mail).toBe(`From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
From: "appdev" <appdev@holdfast.invalid>
Date: Sat, 21 Nov 2026 09:26:01 +0000
Subject: [PATCH] Accept it
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 8bit

Why.
 ---
x
---
diff --git a/apps/web.yaml b/apps/web.yaml
index af8a489dcd5fafd865d2779c644a9fb1ed226224..07eac3286e4caef00428f875af7bbf2aeea714ee 100644
--- a/apps/web.yaml
+++ b/apps/web.yaml
@@ -8,7 +8,7 @@
 line 7
 line 8
 line 9
-line 10
+line ten
 line 11
 line 12
 line 13
-- 
Holdfast
`);
});
