import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isIsoDate } from '../../src/base/iso-date.ts';

test('days are those of the calendar: every day and month number from 0 to 32 of 8 years', () => {
  for (const year of ['0004', '1900', '2000', '2024', '2026', '2027', '2100', '9999']) {
    for (let month = 0; month <= 32; month++) {
      for (let day = 0; day <= 32; day++) {
        const text = [year, ...[month, day].map((part) => String(part).padStart(2, '0'))].join('-');
        const date = new Date(`${text}T00:00:00Z`);
        // Some engines carry the 31st of a shorter month over into the next.
        const isDay = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
        assert.equal(isIsoDate(text), isDay, text);
      }
    }
  }
});

test('moments have hours, minutes and perhaps a zone', () => {
  const right = ['T20:00', 'T20:00:59', 'T00:00:00.123Z', 'T23:59+14:00', 'T12:00:00-05:30'];
  const wrong = ['T', 'T24:00', 'T20:60', 'T20', ' 20:00', 'T20:00:60', 'T20:00z', 'T20:00+15:00'];
  for (const time of right) assert.ok(isIsoDate(`2027-05-01${time}`), time);
  for (const time of [...wrong, '\n', 'x']) assert.ok(!isIsoDate(`2027-05-01${time}`), time);
  for (const text of ['', '2027', '27-05-01', '2027-5-1', '2027/05/01', 'May 1']) {
    assert.ok(!isIsoDate(text), text);
  }
});
