/** Valid TypeScript and the tree it becomes, by kind of form. */

export const TYPESCRIPT_CASES: readonly (readonly [title: string, source: string, ...tree: string[]])[] = [
  [
    "types disappear",
    "let a: Map<string, number[]> = b; const c = <any>d; e as const satisfies T; f!.g; h<T>(i); new J<K>()",
    "(VarDecl keyword=let declarations:[(Assign target:a type:(TypeNode text=Map<string, number[]>) value:b)])",
    "(VarDecl keyword=const declarations:[(Assign target:c value:(Cast value:d type:(TypeNode text=any)))])",
    "(Cast value:(Cast value:e type:(TypeNode text=const)) type:(TypeNode text=T))",
    "(Member name=g object:(Cast value:f))",
    "(Call callee:h args:[i])",
    "(Call isNew callee:J)",
  ],
  [
    "types disappear",
    'type A = 1; interface B extends C {} declare const d: number; declare module "m" {} declare class E { f(): void } declare function g(): void',
    "(TypeDecl name=A text=type A = 1;)",
    "(TypeDecl name=B text=interface B extends C {})",
    "(TypeDecl name= text=declare const d: number;)",
    '(TypeDecl name= text=declare module "m" {})',
    "(TypeDecl name=E text=declare class E { f(): void })",
    "(TypeDecl name=g text=declare function g(): void)",
  ],
  [
    "types disappear",
    "function f(this: T, a?: number, ...r: any[]): asserts a is string {} function over(a: string): void; function over(a: any) { return a }",
    "(FunctionDef fn:(FunctionBody name=f flavour=function params:[(Param form=normal target:a type:(TypeNode text=number)) (Param form=rest target:r type:(TypeNode text=any[]))] returns:(TypeNode text=asserts a is string)))",
    "(TypeDecl name=over text=function over(a: string): void;)",
    "(FunctionDef fn:(FunctionBody name=over flavour=function params:[(Param form=normal target:a type:(TypeNode text=any))] body:[(Return value:a)]))",
  ],
  [
    "types disappear",
    'import type {X} from "y"; import {type Z, w} from "v"; export type {X}; export interface I {}',
    '(Import module=y form=from typeOnly types=[{"imported":"X","local":"X"}] names:[(ImportName imported=X local=X aliased=false)])',
    '(Import module=v form=from types=[{"imported":"Z","local":"Z"}] names:[(ImportName imported=w local=w aliased=false)])',
    "(TypeDecl name= text=export type {X};)",
    "(TypeDecl name=I text=interface I {})",
  ],
  [
    "what they run",
    'enum A {X, Y = "b", Z = 1 << 2, W, V = X | Z, U = f()}',
    '(VarDecl keyword=var declarations:[(Assign target:A value:(Dict entries:[(Entry key:"X" value:0) (Entry key:"0" value:"X") (Entry key:"Y" value:"b") (Entry key:"Z" value:4) (Entry key:"4" value:"Z") (Entry key:"W" value:5) (Entry key:"5" value:"W") (Entry key:"V" value:4) (Entry key:"4" value:"V") (Entry key:"U" value:(Call callee:f))]))])',
  ],
  [
    "what they run",
    "namespace N.M { export const x = 1; export function f() {} g() }",
    "(VarDecl keyword=var declarations:[(Assign target:N value:(Logical op=or left:N right:(Dict)))])",
    "(Block body:[(VarDecl keyword=var declarations:[(Assign target:M value:(Logical op=or left:M right:(Dict)))]) (Assign target:(Member name=M object:N) value:M) (Block body:[(VarDecl keyword=const declarations:[(Assign target:x value:1)]) (Assign target:(Member name=x object:M) value:x) (FunctionDef fn:(FunctionBody name=f flavour=function)) (Assign target:(Member name=f object:M) value:f) (Call callee:g)])])",
  ],
  [
    "what they run",
    'import fs = require("fs"); import q = N.B; export = q',
    '(VarDecl keyword=const declarations:[(Assign target:fs value:(Call callee:require args:["fs"]))])',
    "(VarDecl keyword=const declarations:[(Assign target:q value:(Member name=B object:N))])",
    "(Assign target:(Member name=exports object:module) value:q)",
  ],
  [
    "what they run",
    'abstract class Q extends P { private readonly p: string = "s"; declare t: T; static u?: V; [k: string]: any; abstract m(): void; constructor(private a: T, public b = 1, @I() c?: D) { super() } }',
    '(ClassDef cls:(ClassBody name=Q bases:[P] body:[(Field name=p type:(TypeNode text=string) value:"s") (Field name=u isStatic type:(TypeNode text=V)) (FunctionDef fn:(FunctionBody name=constructor flavour=constructor params:[(Param form=normal target:a type:(TypeNode text=T)) (Param form=normal target:b default:1) (Param form=normal decorators:[(Call callee:I)] target:c type:(TypeNode text=D))] body:[(Assign target:(Member name=a object:this) value:a) (Assign target:(Member name=b object:this) value:b) (Call callee:super)]))]))',
  ],
  [
    "what they run",
    "@Component({a: 1}) export class D { @Input() x: string }",
    '(Export declaration:(ClassDef cls:(ClassBody name=D decorators:[(Call callee:Component args:[(Dict entries:[(Entry key:"a" value:1)])])] body:[(Block body:[(Call callee:(Call callee:Input))]) (Field name=x type:(TypeNode text=string))])))',
  ],
  [
    "what they run",
    "const f = async <T,>(a: T): Promise<T> => a; const C = () => <div>{x as string}</div>",
    "(VarDecl keyword=const declarations:[(Assign target:f value:(FunctionExpr fn:(FunctionBody flavour=arrow async params:[(Param form=normal target:a type:(TypeNode text=T))] returns:(TypeNode text=Promise<T>) body:[(Return value:a)])))])",
    '(VarDecl keyword=const declarations:[(Assign target:C value:(FunctionExpr fn:(FunctionBody flavour=arrow body:[(Return value:(Jsx tag:"div" children:[(Cast value:x type:(TypeNode text=string))]))])))])',
  ],
];
