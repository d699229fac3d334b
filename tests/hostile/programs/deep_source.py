# expect: SYNTAX_ERROR RUNTIME_ERROR
# generated: the test replaces this file's body by source nested 30,000 deep
x = NESTED
