// Prints the rows of a table's Arrow files as JSON lines: an array of texts and nulls each.
//
//   node rows.mjs PLAN
//
// PLAN is a JSON file: {"files": [path, ...], "batches": [[file, index in its footer], ...]}. The first line printed holds
// the schema: [[name, type, metadata as an object], ...].
import {readFileSync, writeSync} from 'node:fs';
import {RecordBatchReader, Type} from 'apache-arrow';

const plan = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const readers = plan.files.map(path => RecordBatchReader.from(readFileSync(path)).open());

const hex = bytes => Buffer.from(bytes).toString('hex');

function infinite(value, bits) {
  const limit = 1n << BigInt(bits - 1);
  return value === limit - 1n ? 'infinity' : value === -limit ? '-infinity' : String(value);
}

function decimal(words, scale) {
  let value = 0n;
  for (let i = 3; i >= 0; i--) {
    value = value << 32n | BigInt(words[i]);
  }
  value = BigInt.asIntN(128, value);
  if (value === -(1n << 127n)) {
    return 'NaN';
  }
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return (value < 0n ? '-' : '') + whole + (scale > 0 ? '.' + digits.slice(digits.length - scale) : '');
}

// Times and dates come from the vector's own array: get() turns them into milliseconds, which lose the microseconds, and
// refuses infinity.
function say(vector, i) {
  if (!vector.isValid(i)) {
    return null;
  }
  const stored = vector.data[0].values;
  switch (vector.type.typeId) {
    case Type.Date: return infinite(BigInt(stored[i]), 32);
    case Type.Time: return String(stored[i]);
    case Type.Timestamp: return infinite(stored[i], 64);
  }
  const value = vector.get(i);
  switch (vector.type.typeId) {
    case Type.Bool: return value ? 't' : 'f';
    case Type.Int: return String(value);
    case Type.Float: return Object.is(value, -0) ? '-0' : String(value);
    case Type.Decimal: return decimal(value, vector.type.scale);
    case Type.Utf8: return value;
    case Type.Binary: return hex(value);
    case Type.FixedSizeBinary: return hex(value);
    default: throw new Error('a vector that no type should give: ' + vector.type);
  }
}

const out = [JSON.stringify(readers[0].schema.fields.map(f => [f.name, String(f.type), Object.fromEntries(f.metadata)]))];
for (const [file, index] of plan.batches) {
  const batch = readers[file].readRecordBatch(index);
  const vectors = batch.schema.fields.map((_, c) => batch.getChildAt(c));
  for (let i = 0; i < batch.numRows; i++) {
    out.push(JSON.stringify(vectors.map(v => say(v, i))));
  }
}
const text = Buffer.from(out.join('\n') + '\n');
for (let at = 0; at < text.length;) {
  at += writeSync(1, text, at);
}
