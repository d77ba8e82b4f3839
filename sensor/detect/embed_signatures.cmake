# Writes OUTPUT, a source file that holds the text of every FILES entry (names only, no paths).
# Called at build time: cmake -DOUTPUT=… -DFILES=a.yaml,b.yaml -P embed_signatures.cmake
string(REPLACE "," ";" files "${FILES}")
set(text "// Generated from signatures/*.yaml.\n#include \"detect/builtin.h\"\n\nnamespace outspan::detect {\n\n")
string(APPEND text "std::vector<SignatureFile> builtin_signature_files() {\n  return {\n")
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME)
  file(READ ${file} content)
  # A raw string literal; its delimiter does not occur in YAML.
  string(APPEND text "    {\"builtin/${name}\", R\"~~~(${content})~~~\"},\n")
endforeach()
string(APPEND text "  };\n}\n\n}  // namespace outspan::detect\n")
file(WRITE ${OUTPUT} "${text}")
