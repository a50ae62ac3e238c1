import {
  type ByteReader,
  type ByteSink,
  type DeadlineChange,
  damaged,
  type Integer,
  toInteger,
} from '@cachefb/core';
import type { ResolvedPolicy } from './key-policy.js';
import { type Base, type Copy, DOUBTED_BASE, type JournalRecord, UNKNOWN_BASE } from './record.js';
import type { FieldWritten, Written } from './written.js';

const SHRUNK = 1;
const WITH_COPY = 2;
/** The base says the same as the copy. */
const BASE_IS_COPY = 4;

const WRITTEN = [
  'nothing',
  'put',
  'put-hash',
  'increment',
  'fields',
  'deadline',
  'delete',
] as const satisfies readonly Written['kind'][];
const FIELD = ['put', 'increment', 'delete'] as const satisfies readonly FieldWritten['kind'][];
const BASE = ['unknown', 'value', 'hash', 'doubted'] as const;
const COPY = ['string', 'hash'] as const satisfies readonly Copy['type'][];

/**
 * Writes a record; its key, its policy and when it was sent are not part of it.
 *
 * @param shift - milliseconds to add to every time, from this process's clock to that of the wall.
 */
export function encodeRecord(writer: ByteSink, record: JournalRecord, shift: number): void {
  const { process, number, openedAt, writtenAt, written, base, copy, shrunk } = record;
  const isCopy = copy !== undefined && isSame(base, copy);
  writer
    .byte((shrunk ? SHRUNK : 0) | (copy ? WITH_COPY : 0) | (isCopy ? BASE_IS_COPY : 0))
    .id(process, number)
    .double(openedAt + shift)
    .double(writtenAt + shift);
  writeWritten(writer, written, shift);
  if (copy !== undefined) writeCopy(writer, copy, shift);
  if (!isCopy) writeBase(writer, base, shift);
}

/**
 * Reads what {@link encodeRecord} wrote.
 *
 * @param shift - milliseconds to take from every time, from the clock of the wall to this process's.
 * @throws CacheError with code `DAMAGED`.
 */
export function decodeRecord(
  reader: ByteReader,
  key: string,
  policy: ResolvedPolicy,
  shift: number,
): JournalRecord {
  const flags = reader.byte();
  const { process, number } = readId(reader);
  const openedAt = reader.double() - shift;
  const writtenAt = reader.double() - shift;
  const written = readWritten(reader, shift);
  const copy = flags & WITH_COPY ? readCopy(reader, shift) : undefined;
  const base = flags & BASE_IS_COPY && copy ? baseOfCopy(copy) : readBase(reader, shift);
  const shrunk = (flags & SHRUNK) !== 0;
  return {
    process,
    number,
    key,
    policy,
    openedAt,
    writtenAt,
    written,
    base,
    copy,
    shrunk,
    sentAt: 0,
    isOpen: false,
    isNoted: false,
  };
}

function readId(reader: ByteReader): Pick<JournalRecord, 'process' | 'number'> {
  const id = reader.text();
  const colon = id.lastIndexOf(':');
  const process = id.slice(0, colon);
  const number = Number(id.slice(colon + 1));
  if (colon < 1 || `${process}:${number}` !== id || !Number.isSafeInteger(number)) {
    throw damaged();
  }
  return { process, number };
}

function isSame(base: Base, copy: Copy): boolean {
  if (base.kind === 'unknown' || base.deadline !== copy.deadline || base.mayEndAt !== undefined) {
    return false;
  }
  if (base.kind === 'hash') {
    return copy.type === 'hash' && base.fields === copy.fields && base.unsure === undefined;
  }
  return copy.type === 'string' && base.values.length === 1 && base.values[0] === copy.value;
}

function baseOfCopy(copy: Copy): Base {
  return copy.type === 'string'
    ? { kind: 'value', values: [copy.value], deadline: copy.deadline }
    : { kind: 'hash', fields: copy.fields, deadline: copy.deadline };
}

function writeWritten(writer: ByteSink, written: Written, shift: number): void {
  writer.byte(WRITTEN.indexOf(written.kind));
  switch (written.kind) {
    case 'put':
      writeDeadline(writer.text(written.value), written.deadline, shift);
      break;
    case 'put-hash':
      writeDeadline(writer, written.deadline, shift);
      writeTexts(writer, written.fields);
      break;
    case 'increment':
      writeInteger(writer, written.by);
      writeOptional(writer, written.full, writeInteger);
      writeDeadline(writer, written.deadline, shift);
      break;
    case 'fields':
      writeDeadline(writer, written.deadline, shift).count(written.fields.size);
      for (const [field, change] of written.fields) writeField(writer.text(field), change);
      break;
    case 'deadline':
      writeDeadline(writer, written.deadline, shift);
      break;
  }
}

function readWritten(reader: ByteReader, shift: number): Written {
  const kind = wordOf(WRITTEN, reader.byte());
  switch (kind) {
    case 'put':
      return { kind, value: reader.text(), deadline: readDeadline(reader, shift) };
    case 'put-hash':
      return { kind, deadline: readDeadline(reader, shift), fields: readTexts(reader) };
    case 'increment':
      return {
        kind,
        by: readInteger(reader),
        full: readOptional(reader, readInteger),
        deadline: readDeadline(reader, shift),
      };
    case 'fields': {
      const deadline = readDeadline(reader, shift);
      const fields = new Map<string, FieldWritten>();
      for (let left = reader.count(); left > 0; left--)
        fields.set(reader.text(), readField(reader));
      return { kind, deadline, fields };
    }
    case 'deadline':
      return { kind, deadline: readEnd(reader, shift) };
    default:
      return { kind };
  }
}

function writeField(writer: ByteSink, change: FieldWritten): void {
  writer.byte(FIELD.indexOf(change.kind));
  if (change.kind === 'put') writer.text(change.value);
  if (change.kind !== 'increment') return;
  writeInteger(writer, change.by);
  writeOptional(writer, change.full, writeInteger);
}

function readField(reader: ByteReader): FieldWritten {
  const kind = wordOf(FIELD, reader.byte());
  if (kind === 'put') return { kind, value: reader.text() };
  if (kind === 'delete') return { kind };
  return { kind, by: readInteger(reader), full: readOptional(reader, readInteger) };
}

function writeCopy(writer: ByteSink, copy: Copy, shift: number): void {
  writer.byte(COPY.indexOf(copy.type));
  writeDeadline(writer, copy.deadline, shift);
  if (copy.type === 'string') writer.text(copy.value);
  else writeTexts(writer, copy.fields);
}

function readCopy(reader: ByteReader, shift: number): Copy {
  const type = wordOf(COPY, reader.byte());
  const deadline = readEnd(reader, shift);
  return type === 'string'
    ? { type, value: reader.text(), deadline }
    : { type, fields: readTexts(reader), deadline };
}

function writeBase(writer: ByteSink, base: Base, shift: number): void {
  const doubted = base.kind === 'unknown' && base.mayBeOwn;
  writer.byte(BASE.indexOf(doubted ? 'doubted' : base.kind));
  if (base.kind === 'unknown') return;
  writeDeadline(writer, base.deadline, shift);
  writeOptional(writer, base.mayEndAt, (to, end) => to.double(end + shift));
  if (base.kind === 'value') {
    writer.count(base.values.length);
    for (const value of base.values) {
      writeOptional(writer, value ?? undefined, (to, text) => to.text(text));
    }
    return;
  }
  writeTexts(writer, base.fields);
  writer.count(base.unsure?.size ?? 0);
  for (const field of base.unsure ?? []) writer.text(field);
}

function readBase(reader: ByteReader, shift: number): Base {
  const kind = wordOf(BASE, reader.byte());
  if (kind === 'unknown') return UNKNOWN_BASE;
  if (kind === 'doubted') return DOUBTED_BASE;
  const deadline = readEnd(reader, shift);
  const end = readOptional(reader, (from) => from.double() - shift);
  const mayEnd = end === undefined ? {} : { mayEndAt: end };
  if (kind === 'value') {
    const values: (string | null)[] = [];
    for (let left = reader.count(); left > 0; left--) {
      values.push(readOptional(reader, (from) => from.text()) ?? null);
    }
    return { kind, values, deadline, ...mayEnd };
  }
  const fields = readTexts(reader);
  const unsure = new Set<string>();
  for (let left = reader.count(); left > 0; left--) unsure.add(reader.text());
  return { kind, fields, deadline, ...mayEnd, ...(unsure.size > 0 && { unsure }) };
}

function writeTexts(writer: ByteSink, texts: ReadonlyMap<string, string>): void {
  writer.count(texts.size);
  for (const [name, value] of texts) writer.text(name).text(value);
}

function readTexts(reader: ByteReader): Map<string, string> {
  const texts = new Map<string, string>();
  for (let left = reader.count(); left > 0; left--) texts.set(reader.text(), reader.text());
  return texts;
}

const KEEP = 0;
const NEVER = 1;
const AT = 2;

function writeDeadline(writer: ByteSink, deadline: DeadlineChange, shift: number): ByteSink {
  if (typeof deadline === 'number') return writer.byte(AT).double(deadline + shift);
  return writer.byte(deadline === null ? NEVER : KEEP);
}

function readDeadline(reader: ByteReader, shift: number): DeadlineChange {
  const kind = reader.byte();
  if (kind === AT) return reader.double() - shift;
  if (kind > AT) throw damaged();
  return kind === NEVER ? null : 'keep';
}

function readEnd(reader: ByteReader, shift: number): number | null {
  const end = readDeadline(reader, shift);
  if (end === 'keep') throw damaged();
  return end;
}

function writeInteger(writer: ByteSink, value: Integer): void {
  writer.text(String(value));
}

function readInteger(reader: ByteReader): Integer {
  const text = reader.text();
  if (!/^-?\d+$/.test(text)) throw damaged();
  return toInteger(BigInt(text));
}

function writeOptional<T>(
  writer: ByteSink,
  value: T | undefined,
  write: (writer: ByteSink, value: T) => unknown,
): void {
  writer.byte(value === undefined ? 0 : 1);
  if (value !== undefined) write(writer, value);
}

function readOptional<T>(reader: ByteReader, read: (reader: ByteReader) => T): T | undefined {
  const is = reader.byte();
  if (is > 1) throw damaged();
  return is === 1 ? read(reader) : undefined;
}

function wordOf<W extends string>(words: readonly W[], index: number): W {
  const word = words[index];
  if (word === undefined) throw damaged();
  return word;
}
