class Vector {
  constructor(x = 0, y = 0) {
    this.x = x;
    this.y = y;
  }
  static polar = (length, angle) => new Vector(length * Math.cos(angle), length * Math.sin(angle));
  plus = (other) => new Vector(this.x + other.x, this.y + other.y);
  times = (factor) => new Vector(this.x * factor, this.y * factor);
  get length() {
    return Math.hypot(this.x, this.y);
  }
  toString() {
    return `(${this.x.toFixed(2)}, ${this.y.toFixed(2)})`;
  }
}

function* orbit({ position, velocity, step = 0.01, mass = 1 }) {
  for (;;) {
    const pull = position.times(-mass / position.length ** 3);
    velocity = velocity.plus(pull.times(step));
    position = position.plus(velocity.times(step));
    yield position;
  }
}

let count = 0;
let farthest = 0;
for (const place of orbit({ position: new Vector(1, 0), velocity: Vector.polar(1.1, Math.PI / 2) })) {
  farthest = Math.max(farthest, place.length);
  if (count % 200 === 0) console.log(`${place}`);
  if (++count === 1000) break;
}
console.log("farthest:", farthest.toFixed(3));
