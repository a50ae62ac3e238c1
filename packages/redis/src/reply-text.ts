/** A reply of ioredis with its texts as strings: it hands them over as bytes. */
export function textOfReply(reply: unknown): unknown {
  if (reply instanceof Buffer) return reply.toString();
  return Array.isArray(reply) ? reply.map(textOfReply) : reply;
}
