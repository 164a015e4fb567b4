// Token bucket: `capacity` requests at once, `perSecond` refilled.
class TokenBucket {
  constructor(capacity, perSecond, now = Date.now) {
    this.capacity = capacity;
    this.perSecond = perSecond;
    this.now = now;
    this.tokens = capacity;
    this.updated = now();
  }

  refill() {
    const time = this.now();
    const gained = ((time - this.updated) / 1000) * this.perSecond;
    this.tokens = Math.min(this.capacity, this.tokens + gained);
    this.updated = time;
  }

  take(count = 1) {
    this.refill();
    if (this.tokens < count) return { ok: false, waitMs: Math.ceil(((count - this.tokens) / this.perSecond) * 1000) };
    this.tokens -= count;
    return { ok: true, waitMs: 0 };
  }
}

let clock = 0;
const bucket = new TokenBucket(3, 1, () => clock);
const answers = [];
for (let i = 0; i < 6; i++) {
  answers.push(bucket.take());
  clock += 400;
}
console.log(answers.map((answer) => (answer.ok ? "yes" : `wait ${answer.waitMs}`)));
