import { asObject, field, readObject } from '../../../src/webhook/payload.rules';

function objectOf(json: string): any {
  const read: any = readObject(Buffer.from(json));
  expect(read.ok).toBe(true);
  return read.object;
}

test('numbers are their own text at any depth, and strings stay as they are', () => {
  const json = String.raw`{"a":[1.10,-0,1e400,{"b":12345678901234567890}],"c":"1.10 \"2\" \\","3":true,"d":null}`;

  expect(objectOf(json)).toEqual({
    a: ['1.10', '-0', '1e400', { b: '12345678901234567890' }],
    c: '1.10 "2" \\',
    '3': true,
    d: null,
  });
});

test.each(['constructor', 'toString', '__proto__'])('%s is no field of an object', (name) => {
  expect(field(objectOf('{"id":"1"}'), name)).toBeNull();
});

test('a field called __proto__ is a field like any other', () => {
  const object = objectOf('{"__proto__":{"id":"1"}}');

  expect(field(object, 'id')).toBeNull();
  expect(asObject(field(object, '__proto__'))).toEqual({ id: '1' });
});

test('a byte order mark is not part of the body', () => {
  expect(objectOf('\ufeff{"id":"1"}')).toEqual({ id: '1' });
});
