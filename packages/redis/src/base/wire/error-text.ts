/** An error reply in the server's words. Its name is the one that clients give to theirs. */
export class ErrorText extends Error {
  override readonly name = 'ReplyError';
}
