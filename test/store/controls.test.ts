import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalog } from '../../src/store/catalog.ts';
import { isControl } from '../../src/store/controls.ts';
import { storeCatalog } from '../../src/store/store-catalog.ts';

test('the controls are the strategies that are known to break promises, and no others', () => {
  for (const { name, breaks = [] } of [...catalog, ...storeCatalog]) {
    assert.equal(isControl(name), breaks.length > 0, name);
  }
});
